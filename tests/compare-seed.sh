# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's seed. From the derivation: $built, $committed, $out.

for seed in "$built"/*/seed; do
	system=$(basename "$(dirname "$seed")")
	if ! cmp "$seed" "$committed/$system/seed"; then
		echo "comparing the seed for $system: the committed one is not what its source gives:" \
			"commit the one in $(dirname "$built/$system/seed"), if you changed the source or moved the pins" >&2
		exit 1
	fi
	[ "$(stat -c %s "$committed/$system/seed")" -le $((3 * 512 * 1024)) ] || {
		echo "measuring the seed for $system: it is over 1.5 MiB: make it smaller" >&2
		exit 1
	}
done
touch "$out"
