# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of thorough.nix. From the derivation: $names, $results, in the same order, $out.

mkdir "$out"
read -r -a names <<<"$names"
read -r -a results <<<"$results"
for index in "${!names[@]}"; do
	ln -s "${results[index]}" "$out/${names[index]}"
done
