# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix: what was measured, and why it is not all. From the derivation: $measured, $notCovered, $out.

cp -r --no-preserve=mode "$measured" "$out"
cat "$notCovered" >>"$out/summary"
cat "$out/summary"
