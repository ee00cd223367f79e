# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's lint-driver. From the derivation: $source, $kernel, $out.

make -C "$kernel" -j "$NIX_BUILD_CORES" \
	M="$source" MO="$PWD" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" CLIPPY=1 W=e modules
find "$source" -name '*.rs' -exec rustfmt --check --edition 2021 --config-path "$kernel/.rustfmt.toml" {} +
touch "$out"
