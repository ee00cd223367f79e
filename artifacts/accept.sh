# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# accept.sh SUMS: the program of accept.nix.

sums=artifacts/SHA256SUMS

[ -w "$sums" ] || {
	printf 'accept: cannot write %s\n  because: %s\n  do this: %s\n' "$sums" \
		'there is none to be written in this folder' 'run it in the folder of the repository' >&2
	exit 1
}
busybox diff "$sums" "$1" || true
busybox cat "$1" >"$sums"
