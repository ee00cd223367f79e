# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of check.nix. From the derivation: $fuzz, $operations, $driver, $vm, $debugOperations, $debugDriver, $debugVm,
# $debugOptions, $out.

# Seed, operations, driver, machine and its options.
campaign() {
	local seed=$1 operations=$2 share=share-$1
	install -D -t "$share" "$fuzz/bin/fuzz" "$3/chardev.ko"
	shift 3
	"$@" --smp 2 --timeout 900 --no-module --share "$share" -- \
		/mnt/share/fuzz --seed "$seed" --operations "$operations" >"report-$seed" 2>&1
}

# A case follows from the seed and its own number, so seeds that are close have cases in common.
seed=1000
# shellcheck disable=SC2086
campaign "$seed" "$debugOperations" "$debugDriver" "$debugVm" $debugOptions &
campaigns=($!)
for number in $operations; do
	seed=$((seed + 1000))
	campaign "$seed" "$number" "$driver" "$vm" &
	campaigns+=($!)
done
failed=0
for campaign in "${campaigns[@]}"; do
	wait "$campaign" || failed=1
done
tail -n 20 report-*
if [ "$failed" != 0 ]; then
	echo "running the fuzzer: the reports are above; to run it again: nix run .#fuzz -- --seed SEED" >&2
	exit 1
fi
for report in report-*; do
	echo "test fuzz::seed_${report#report-} ... ok"
done >"$out"
