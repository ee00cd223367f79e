# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `coverage`. From the derivation: $measured, $notCovered, $readme, $out.

failed=0

# passes NAME: a test.
passes() {
	echo "test $1 ... ok" | tee -a "$out"
}

# fails NAME BECAUSE REMEDY: another.
fails() {
	printf 'test %s ... FAILED\n  because: %s\n  do this: %s\n' "$@" >&2
	failed=1
}

# places [WHICH]: the lines of not-covered.txt that name one, below each reason; without those that run by chance, if so asked.
places() {
	awk -v which="${1-}" '/^[^ -]/ { chance = /by chance/ } /^ {6}/ && !(chance && which == "certain") { print substr($0, 7) }' "$notCovered" | sort
}

# indented LINES
indented() {
	printf '\n    %s' "${1//$'\n'/$'\n    '}"
}

file=tests/not-covered.txt

unexplained=$(places | comm -23 "$measured/uncovered" -)
if [ -z "$unexplained" ]; then
	passes what_never_runs_has_a_reason
else
	fails what_never_runs_has_a_reason "these places of the driver never ran, and $file does not say why:$(indented "$unexplained")" \
		"write a test that comes there, or these lines below a reason in $file"
fi

covered=$(places certain | comm -13 "$measured/uncovered" -)
if [ -z "$covered" ]; then
	passes what_has_a_reason_never_runs
else
	fails what_has_a_reason_never_runs "$file says why these do not run, and they did, or are there no more:$(indented "$covered")" \
		"take these lines out of $file"
fi

stated=$(sed -n -E 's/^\| `coverage` \|.* ([0-9]+) %.*/\1/p' "$readme")
reached=$(awk '$1 == "TOTAL" { print $10 }' "$measured/summary")
if [ -n "$stated" ] && [ "${reached%.*}" -ge "$stated" ]; then
	passes as_many_lines_run_as_the_readme_says
else
	fails as_many_lines_run_as_the_readme_says "$reached of the lines ran, and README.md says ${stated:-no percentage}" \
		"write tests for what is new, or say the lower percentage in README.md's row of \`coverage\`"
fi

exit "$failed"
