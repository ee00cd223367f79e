# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# The check driver-debug: all suites in one machine. From the derivation: $runner, $suites, $out.

bash "$runner" "$suites/bin/guest" --include-ignored 2>&1 | tee log
grep '^test .* \.\.\. ' log | sort >"$out"
