# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of source-files.nix. From the derivation: $source, $files, $out.

patterns=()
for file in $files; do
	patterns+=("linux-source-*/$file")
done

mkdir -p "$out"
llvm-ar p "$source" data.tar.xz |
	tar -xJO --wildcards './usr/src/linux-source-*.tar.xz' |
	tar -xJ -C "$out" --strip-components=1 --wildcards "${patterns[@]}"
