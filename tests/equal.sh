# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# equal NAME EXPECTED FOUND: a test of a check that is a script. It goes into $out when it passes; else $failed is 1.
# shellcheck disable=SC2034 # that is for the script to exit with

failed=0

equal() {
	if [ "$2" = "$3" ]; then
		echo "test $1 ... ok" | tee -a "$out"
	else
		printf 'test %s ... FAILED: expected:\n%s\nfound:\n%s\n' "$@" >&2
		failed=1
	fi
}
