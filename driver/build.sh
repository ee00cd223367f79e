# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $source, $kernel, $out.

make -C "$kernel" -j "$NIX_BUILD_CORES" \
	M="$source" MO="$PWD" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" modules
install -D -m 644 -t "$out" ./*.ko
install -D -m 644 -t "$out/include/uapi" "$source"/include/uapi/*.h
install -D -m 644 -t "$out/lib/udev/rules.d" "$source"/udev/*.rules
install -D -m 644 -t "$out/lib/sysusers.d" "$source"/sysusers.d/*.conf
