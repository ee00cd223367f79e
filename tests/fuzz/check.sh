# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# The check fuzz: a million operations, from seeds that stay, so that a failure can be had again.
# From the derivation: $fuzz, $driver, $vm, $debugDriver, $debugVm, $debugOptions, $out.

# Seed, operations, driver, machine and its options.
campaign() {
	local seed=$1 operations=$2 share=share-$1
	install -D -t "$share" "$fuzz/bin/fuzz" "$3/chardev.ko"
	shift 3
	"$@" --smp 2 --timeout 900 --no-module --share "$share" -- \
		/mnt/share/fuzz --seed "$seed" --operations "$operations" >"report-$seed" 2>&1
}

campaign 1 500000 "$driver" "$vm" &
campaign 2 490000 "$driver" "$vm" &
# shellcheck disable=SC2086
campaign 3 10000 "$debugDriver" "$debugVm" $debugOptions &
failed=0
for _ in 1 2 3; do
	wait -n || failed=1
done
tail -n 20 report-*
if [ "$failed" != 0 ]; then
	echo "running the fuzzer: the reports are above; to run it again: nix run .#fuzz -- --seed SEED" >&2
	exit 1
fi
for report in report-*; do
	echo "test fuzz::seed_${report#report-} ... ok"
done >"$out"
