# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Runs what is to catch one mutant, the patch $1, and passes if that does.
# From build.sh and its derivation: share/, built/, $module, $program, $vm, $initramfs, $options, $out.

patch=$1
name=$(basename "$patch" .patch)

header() {
	sed -n "s/^$1: //p; /^---/q" "$patch"
}

# The kernel unpacks one archive after the other, and a later file replaces an earlier one.
pack() {
	local folder=root-$name/lib/modules
	[ "$module" = chardev ] || folder+=/extra
	install -D -t "$folder" "built/$name/$module.ko"
	cat "$initramfs/initramfs.cpio"
	(cd "root-$name" && find . | cpio --create --format=newc --quiet)
}

runs="$program $(header Runs)"
expected=$(header 'Caught by')
report=$out/$name
pack >"$name.cpio"
status=0
# shellcheck disable=SC2046,SC2086
FERRITE_INITRAMFS=$PWD/$name.cpio "$vm/bin/vm" --smp 2 --share share $options $(header Machine) -- \
	sh -c "export RUST_TEST_THREADS=1 FERRITE_LOADS=1 PATH=\$PATH:/mnt/share; $runs" >"$report" 2>&1 || status=$?

if [ "$status" = 0 ]; then
	cat "$report"
	echo "running $patch: nobody noticed: '$runs' passed" >&2
	exit 1
fi
if ! grep -qF -- "$expected" "$report"; then
	cat "$report"
	echo "running $patch: '$runs' failed with status $status, but not by '$expected'" >&2
	exit 1
fi
echo "$name: $expected"
