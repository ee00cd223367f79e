# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of program.nix. From the derivation: $name, $source, $flags, $rustFlags, $aarch64, $out.

mkdir -p "$out/bin"
case $source in
*.rs)
	rustc --edition 2021 --crate-name "${name//-/_}" --target aarch64-unknown-linux-gnu -C linker=clang $rustFlags \
		-C opt-level=2 -C strip=symbols --remap-path-prefix="$source=$name.rs" $flags -o "$out/bin/$name" "$source"
	;;
*.c)
	clang --target=aarch64-linux-gnu --sysroot="$aarch64" -fuse-ld=lld -static -s -O2 -Wall -Wextra $flags \
		-o "$out/bin/$name" "$source"
	;;
*)
	echo "building the program $name: ${source#/nix/store/*-} is no source that is known here: give it as a file in .rs or .c" >&2
	exit 1
	;;
esac
