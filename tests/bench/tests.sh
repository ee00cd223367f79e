# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the suite for the machines of package.nix. From the derivation: $driverTests, $out.

mkdir -p "$out/bin"
llvm-strip --strip-all -o "$out/bin/guest" "$driverTests/bin/guest"
