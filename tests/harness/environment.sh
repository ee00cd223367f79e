# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of environment.nix. From the derivation: $json, $out.

printf '%s\n' "$json" >"$out"
