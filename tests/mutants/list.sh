# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix: the mutants, all of which were caught. From the derivation: $groups, $out.

for group in $groups; do
	for report in "$group"/*; do
		echo "test mutants::$(basename "$report") ... ok"
	done
done >"$out"
