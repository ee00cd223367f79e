# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# `. machines.sh`: two machines in one, for the scripts beside it. They are namespaces, joined by a cable. The first has the files of
# this machine; the second has a /nix of its own, empty. Neither reaches any other machine.
#
# Sets $root (of this repository), $work (a folder that goes with the script), $busybox, $first_address and $second_address.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
first_address=192.0.2.1
second_address=192.0.2.2

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# fail WHAT-WAS-BEING-DONE WHAT-WENT-WRONG WHAT-TO-DO
fail() {
	printf '%s: cannot %s\n  because: %s\n  do this: %s\n' "${0##*/}" "$1" "$2" "$3" >&2
	exit 1
}

[ "$(id -u)" -eq 0 ] || fail 'make a second machine' 'only root may mount another /nix' "run this as root: sudo $0"
case $(readlink -f /bin/sh) in
/nix/*) fail 'make a second machine' 'the shell of this one lives in /nix, so nothing runs where that is empty' \
	'use a machine whose programs are elsewhere, such as Debian' ;;
esac

# /tmp may be memory, which a store does not fit in.
work=$(mktemp -d "${TMPDIR:-/var/tmp}/ferrite-reuse-XXXXXX")
started=()
clean_up() {
	{ kill -KILL "${started[@]}" && wait; } 2>/dev/null || true
	rm -rf "$work"
}
trap clean_up EXIT

# nix ARGS…: of this machine.
nix() {
	(cd "$root" && ./nixw "$@")
}

# machine UNSHARE-ARGUMENTS…: begins one, with a network of its own, and names it by its process, $machine. Its /nix is $store, if any.
machine() {
	exec 3< <(exec unshare --net "$@" sh -euc '[ -z "$0" ] || mount --bind "$0" /nix; echo $$; exec sleep infinity' "$store")
	read -r machine <&3
	exec 3<&-
	started+=("$machine")
}

# start_machines: sets $first and $second, their processes, and what runs a command there: on_first, and on_second, by a user of that
# machine who has nothing yet.
start_machines() {
	busybox=$(nix build --no-link --print-out-paths .#busybox)/usr/bin/busybox
	mkdir -p "$work/second/nix"
	store='' machine
	first=$machine
	store=$work/second/nix machine --mount
	second=$machine
	on_first=(nsenter --target "$first" --net --)
	on_second=(nsenter --target "$second" --net --mount --wd="$root" -- env --ignore-environment HOME="$work/second"
		PATH=/usr/sbin:/usr/bin:/sbin:/bin SUDO_UID="${SUDO_UID-0}") # by that, git knows whose clone this may be

	# Of a cable that is not told otherwise, the other end is called veth0.
	"${on_first[@]}" "$busybox" ip link add cable type veth
	"${on_first[@]}" "$busybox" ip link set veth0 netns "$second"
	plug "$first" cable "$first_address"
	plug "$second" veth0 "$second_address"
}

# plug MACHINE INTERFACE ADDRESS. The busybox is in this machine's store.
plug() {
	local ip=(nsenter --target "$1" --net -- "$busybox" ip)
	"${ip[@]}" link set lo up
	"${ip[@]}" addr add "$3/24" dev "$2"
	"${ip[@]}" link set "$2" up
}

# How many bytes the second machine got over the cable.
received() {
	"${on_second[@]}" awk '$1 == "veth0:" { print $2 }' /proc/net/dev
}
