# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Runs what is to catch one mutant, the patch $1, and passes if that does.
# From build.sh and its derivation: header, built/, $kunit, $vm.

patch=$1
name=$(basename "$patch" .patch)
runs=$(header Runs "$patch")
machine=$(header Machine "$patch")
expected=$(header 'Caught by' "$patch")

# The module, which the suites load from there before any other.
share=share/$name
install -D -t "$share" "built/$name"/*.ko
install -D "$kunit" "$share/kunit"

status=0
# shellcheck disable=SC2086
"$vm/bin/vm" --timeout 600 $machine --state state --share "$share" --no-module -- \
	sh -c "export RUST_TEST_THREADS=1 FERRITE_LOADS=1; $runs" >"$name.log" 2>&1 || status=$?

if [ "$status" = 0 ]; then
	cat "$name.log"
	echo "running $patch: nobody noticed: '$runs' passed" >&2
	exit 1
fi
if ! grep -qF -- "$expected" "$name.log"; then
	cat "$name.log"
	echo "running $patch: '$runs' failed with status $status, but not by '$expected'" >&2
	exit 1
fi
echo "$name: $expected"
