# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `evaluation-aarch64`, which has passed when Nix knows this derivation. From it: $packages, $checks, $others, $out.

for kind in packages checks others; do
	while read -r name derivation; do
		[[ $derivation == /nix/store/*.drv ]]
		echo "test $kind::$name ... ok"
	done <<<"${!kind%$'\n'}"
done | tee "$out"
