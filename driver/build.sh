# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $source, $kernel, $out, $debug.

make -C "$kernel" -j "$NIX_BUILD_CORES" \
	M="$source" MO="$PWD" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" modules
mkdir -p "$out"
install -D -m 644 -t "$debug" ./*.ko
for module in *.ko; do
	llvm-strip --strip-debug -o "$out/$module" "$module"
done
install -D -m 644 -t "$out/include/uapi" "$source"/include/uapi/*.h
install -D -m 644 -t "$out/lib/udev/rules.d" "$source"/udev/*.rules
install -D -m 644 -t "$out/lib/sysusers.d" "$source"/sysusers.d/*.conf
