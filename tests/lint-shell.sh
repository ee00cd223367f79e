# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's lint-shell. From the derivation: $source, $shellcheck, $out.

cd "$source"
find . -type f ! -name .shellcheckrc -exec "$shellcheck/bin/shellcheck" {} +
touch "$out"
