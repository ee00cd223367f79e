# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $source, $uapi, $kernel, $compare, $out.

make -C "$kernel" -j "$NIX_BUILD_CORES" W=e \
	M="$source" MO="$PWD" TWIN_UAPI="$uapi" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" modules
llvm-strip --strip-debug twin.ko
install -D -m 644 -t "$out" twin.ko
install -t "$out" "$compare/bin/compare"
