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
debug_seed=1000
seeds=("$debug_seed")
# shellcheck disable=SC2086
campaign "$debug_seed" "$debugOperations" "$debugDriver" "$debugVm" $debugOptions &
campaigns=($!)
seed=$debug_seed
for number in $operations; do
	seed=$((seed + 1000))
	seeds+=("$seed")
	campaign "$seed" "$number" "$driver" "$vm" &
	campaigns+=($!)
done
failed=()
for index in "${!campaigns[@]}"; do
	wait "${campaigns[index]}" || failed+=("${seeds[index]}")
done
tail -n 20 report-*
for seed in "${failed[@]}"; do
	again="nix run .#fuzz -- --seed $seed"
	if [ "$seed" = "$debug_seed" ]; then
		again="FERRITE_VM=\$(nix build --no-link --print-out-paths .#debugVm)/bin/vm $again"
	fi
	echo "running the fuzzer with seed $seed: it failed, as report-$seed above says; to run it again: $again" >&2
done
if [ "${#failed[@]}" != 0 ]; then
	exit 1
fi
# Without KCOV it goes on, with what comes by chance.
if ! grep -q ', [1-9][0-9]* places of the driver reached' "report-$debug_seed"; then
	echo "running the fuzzer under the debug kernel: it learned of no place of the driver that it reached;" \
		"mend KCOV: kernel/debug/coverage.config, and KCOV_INSTRUMENT in driver/Kbuild" >&2
	exit 1
fi
for report in report-*; do
	echo "test fuzz::seed_${report#report-} ... ok"
done >"$out"
