#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# cache.sh: a machine without a store gets the machine of this flake from a signed cache on another one, and builds nothing; and
# takes nothing from it when it does not trust the signature. As root. Prints what that took.
#
# The second machine reaches the cache, and a mirror that has what Nix itself comes in and not a package more.
set -euo pipefail

# shellcheck source=tests/reuse/machines.sh
. "$(dirname "$0")/machines.sh"

# key NAME: makes a pair of keys, $work/NAME.secret and $work/NAME.public.
key() {
	nix key generate-secret --key-name "$1" >"$work/$1.secret"
	nix key convert-secret-to-public <"$work/$1.secret" >"$work/$1.public"
}

# size FOLDER: in MB.
size() {
	du --summarize --block-size=1MB "$1" | cut -f 1
}

# fill_cache: with what `.#cache` names, signed.
fill_cache() {
	say 'building what the cache is to hold'
	nix build --no-link .#cache
	say 'filling the cache'
	local begin=$SECONDS
	nix copy --to "file://$work/served/cache?compression=zstd&parallel-compression=true&secret-key=$work/ferrite-1.secret" .#cache 2>"$work/log"
	say "$(grep -c '^copying path' "$work/log") paths, $(size "$work/served/cache") MB, in $((SECONDS - begin)) s"
}

# fill_mirror: with the packages that nixw unpacks its first Nix from.
fill_mirror() {
	local architecture path file
	architecture=$(sed -n "s/.* \(nix:[^, ]*\).*/\1/p" "$root/toolchain/pins.lock" | sort -u | grep -E "$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')")
	grep -E "[ ,]$architecture(,|\$)" "$root/toolchain/pins.lock" | cut -d ' ' -f 5 >"$work/bootstrap"
	nix eval --raw ".#legacyPackages.$(uname -m)-linux.pins" | while read -r path _ file; do
		! grep -qxF "$file" "$work/bootstrap" || echo "$path $file"
	done >"$work/pins"
	# Where this machine got them from a cache, it never had the packages.
	cut -d ' ' -f 1 "$work/pins" | while read -r path; do [ -e "$path" ] || fail 'make a mirror of what Nix comes in' \
		"$path is not in this store" 'run ./nixw --version without a cache'; done
	while read -r path file; do
		install -D -m 644 "$path" "$work/served/$file"
	done <"$work/pins"
	say "$(wc -l <"$work/pins") packages on the mirror, $(size "$work/served/debian") MB"
}

# roundtrip PUBLIC-KEY: the first command of README.md on the second machine, which trusts that key. Prints what the command prints.
roundtrip() {
	"${on_second[@]}" FERRITE_MIRROR="http://$first_address/debian" NIX_CONFIG="substituters = http://$first_address/cache
trusted-public-keys = $(cat "$1")" ./nixw run .#vm -- chardevctl roundtrip 2>"$work/log"
}

# measure WHAT: the same, trusted, and what it took.
measure() {
	local before begin=$EPOCHREALTIME printed
	before=$(received)
	printed=$(roundtrip "$work/ferrite-1.public") || explain
	[ "$printed" = 'size 100, buf lazenca.0x0' ] || explain
	! grep "^building '/nix/store" "$work/log" || fail 'run the machine without compiling' 'Nix built the above' \
		'see that .#cache has it'
	say "$1: $printed; $(awk "BEGIN { printf \"%.1f MB, %.1f s\", ($(received) - $before) / 1e6, ${EPOCHREALTIME/,/.} - ${begin/,/.} }");" \
		"$(grep -c '^copying path' "$work/log") paths from the cache, 0 built"
}

explain() {
	cat "$work/log" >&2
	fail 'run the machine on a second one' 'of the above' 'run the same there by hand'
}

key ferrite-1
key somebody-1
fill_cache
fill_mirror
start_machines
"${on_first[@]}" "$busybox" httpd -f -p "$first_address:80" -h "$work/served" &
started+=($!)

if roundtrip "$work/somebody-1.public" >"$work/printed" || ! grep -q 'not signed by any of the keys' "$work/log"; then
	cat "$work/log" >&2
	fail 'see the cache refused' "the second machine does not trust its key, and went on: $(cat "$work/printed")" \
		'do not use that Nix with a cache'
fi
say "of a key that is not trusted: $(grep -m 1 'not signed by any of the keys' "$work/log" | cut -c 1-150)"
[ -z "$(find "$work/second/nix/store" -maxdepth 1 -name '*-qemu')" ] || fail 'see the cache refused' \
	'what it offered is in the store' 'do not use that Nix with a cache'

find "$work/second" -mindepth 1 -maxdepth 2 ! -path "$work/second/nix" -exec rm -rf {} +
measure 'from nothing, Nix too'
measure 'again'
