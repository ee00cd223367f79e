# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of files.nix. From the derivation: $contents, $out.

mkdir "$out"
while read -r name file; do
	cp "$file" "$out/$name"
done <<<"$contents"
