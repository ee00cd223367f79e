# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# In the place of a builder, which is the arguments: passes if that fails, and says $words. From the derivation: $words, $outputs.

status=0
"$SHELL" "$@" >log 2>&1 || status=$?
cat log
if [ "$status" = 0 ]; then
	echo "expecting a failure of $name: it passed" >&2
	exit 1
fi
if ! grep -qF -- "$words" log; then
	echo "expecting a failure of $name: it does not say: $words" >&2
	exit 1
fi
for output in $outputs; do
	rm -rf "${!output}"
	touch "${!output}"
done
