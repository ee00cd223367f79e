# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's lint-shell. From the derivation: $source, $shellcheck, $out.

cd "$source"
find . -type f ! -name .shellcheckrc -exec \
	"$shellcheck/lib64/ld-linux-x86-64.so.2" --library-path "$shellcheck/usr/lib/x86_64-linux-gnu" \
	"$shellcheck/usr/bin/shellcheck" {} +
touch "$out"
