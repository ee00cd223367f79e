# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the sizes in sizes.nix. From the derivation: $parts, $nix, $out; a file for each closure, with the paths in it.

# closure NAME: what a binary cache would send, not packed.
closure() {
	sed -n '\,^/,p' "$1" | sort -u | while read -r path; do
		"$nix/usr/bin/nix-store" --dump "$path" | wc -c
	done | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

while read -r kind limit what name; do
	case $kind in
	file) size=$(stat --format=%s "$what") ;;
	closure) size=$(closure "$what") ;;
	esac
	echo "$size $limit $name"
done <<<"${parts%$'\n'}" | tee "$out"
