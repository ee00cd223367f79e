# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# junit.sh REPORT: nextest's report of tests that passed, without when they ran and in which order, which no two runs have the same.

sed -E 's/ (uuid|timestamp|time)="[^"]*"//g' "$1" >"$TMPDIR/report"
head -n 2 "$TMPDIR/report"
awk '/<testsuite / { suite = $0 } /<testcase / { print suite "\t" $0 }' "$TMPDIR/report" | LC_ALL=C sort |
	awk -F '\t' '
		$1 != suite { if (suite) print "    </testsuite>"; print $1; suite = $1 }
		{ print $2; print "        </testcase>" }
		END { if (suite) print "    </testsuite>" }'
echo '</testsuites>'
