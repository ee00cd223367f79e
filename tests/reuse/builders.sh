#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# builders.sh: this machine lets another one build, over ssh. As root. Prints what that took.
#
# What is built are tests of the driver that are new each time, in machines of one to four processors.
set -euo pipefail

# shellcheck source=tests/reuse/machines.sh
. "$(dirname "$0")/machines.sh"

# start_builder: the second machine has Nix, an ssh server, and nothing else.
start_builder() {
	nix_folder=$(nix build --no-link --print-out-paths .#nix)
	ssh=$(nix build --no-link --print-out-paths .#ssh)
	nix copy --no-check-sigs --to "$work/second" "$nix_folder" "$ssh"
	start_machines

	mkdir -m 700 "$work/keys"
	"$ssh/usr/bin/ssh-keygen" -q -t ed25519 -N '' -f "$work/keys/client"
	# dropbear wants them where nobody else writes, in any folder above; /nix is the builder's own.
	install -D -m 600 "$work/keys/client.pub" "$work/second/nix/keys/authorized_keys"
	"$ssh/usr/bin/dropbearkey" -t ed25519 -f "$work/keys/host" | sed -n "s/^ssh-/$second_address &/p" >"$work/keys/known_hosts"
	# -e: what is in the environment here, Nix's settings and its place, a session has too.
	"${on_second[@]}" PATH="$nix_folder/usr/bin:/usr/bin:/bin" NIX_CONFIG='extra-experimental-features = nix-command
build-users-group =' "$ssh/usr/sbin/dropbear" -e -E -F -s -p "$second_address:22" -r "$work/keys/host" -D /nix/keys \
		-P "$work/keys/pid" 2>"$work/server.log" &
	started+=($!)
}

# tests: a Nix expression, the list of them.
tests() {
	cat <<-END
		let
		  flake = builtins.getFlake "git+file://$root";
		  test = processors: flake.lib.$(uname -m)-linux.mkVmTest {
		    name = "far-\${toString processors}";
		    vm = flake.packages.$(uname -m)-linux.vm;
		    options = "--smp \${toString processors}";
		    script = "chardevctl roundtrip # $EPOCHREALTIME";
		  };
		in map test [ 1 2 3 4 ]
	END
}

# build: those, there. Prints where they are.
build() {
	# --max-jobs: none here. The last 2: so many at a time there.
	"${on_first[@]}" env PATH="$ssh/usr/bin:$PATH" \
		NIX_SSHOPTS="-F none -o UserKnownHostsFile=$work/keys/known_hosts -o IdentitiesOnly=yes" \
		"$root/nixw" build --no-link --print-out-paths --impure --expr "$(tests)" --max-jobs 0 \
		--builders "ssh-ng://root@$second_address $(uname -m)-linux $work/keys/client 2" 2>"$work/log"
}

# measure WHAT
measure() {
	local before begin=$EPOCHREALTIME result
	before=$(received)
	build >"$work/results" || explain
	while read -r result; do
		grep -qxF 'size 100, buf lazenca.0x0' "$result" || explain
		[ -e "$work/second$result" ] || explain
	done <"$work/results"
	say "$1: $(grep -c "on 'ssh-ng://" "$work/log") built there," \
		"$(awk "BEGIN { printf \"%.0f MB sent, %.1f s\", ($(received) - $before) / 1e6, ${EPOCHREALTIME/,/.} - ${begin/,/.} }")"
}

explain() {
	cat "$work/log" "$work/server.log" >&2
	fail 'build on a second machine' 'of the above' 'run the same there by hand'
}

start_builder
measure 'the builder has nothing'
measure 'the builder has what the first ones took'
