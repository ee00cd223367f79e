# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of templates.nix: what the templates made is there. From the derivation: $names, $out, and by each name what it made.

for name in $names; do
	for result in ${!name}; do
		[ -s "$result" ]
	done
	echo "test template::$name ... ok"
done | tee "$out"
