# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of test.nix. From the derivation: $name, $vm, $options, $share, $guestScript, $out.

eval "set -- $options"
if [ -n "$share" ]; then
	cp -r "$share" share
	chmod -R u+w share
	set -- --share share "$@"
fi
status=0
# From a file: what it starts would read the rest of a script on standard input.
printf '%s\n' "$guestScript" |
	"$vm/bin/vm" "$@" -- sh -euc 'cat >/tmp/test.sh && sh -euv /tmp/test.sh </dev/null' 2>&1 || status=$?
if [ "$status" != 0 ]; then
	echo "testing $name in the machine: it ended with status $status, for what the last lines above say:" \
		"mend it, or look around in that machine: $vm/bin/vm" >&2
	exit "$status"
fi
# What it printed is in the log: the times and addresses in it are others each time.
echo "test $name ... ok" >"$out"
