# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix: measures. From the derivation: $module, $programs, $guest, $source, $uncovered, $vm, $options,
# $out.

mkdir -p share/profiles
llvm-strip --strip-debug -o share/chardev.ko "$module/chardev.ko"
for folder in $programs; do
	install -t share "$folder"/bin/*
done
install "$guest" share/guest.sh

# shellcheck disable=SC2086
"$vm" --smp 2 --timeout 1800 --no-module --share share $options -- sh /mnt/share/guest.sh

find share/profiles -name '*.profraw' >profiles
llvm-profdata merge --sparse --input-files=profiles --output=profile
# The report is dated by that.
touch --date=@1 profile

# Without the kernel's own files, of which the driver takes what is generic.
report() {
	llvm-cov "$@" "$module/chardev.ko" --instr-profile=profile --compilation-dir="$source" \
		--ignore-filename-regex='(^|/)rust/'
}
mkdir "$out"
# How often a line ran no two runs of a machine have in common.
report show --format=html --output-dir="$out" --show-line-counts=false
report report >"$out/summary"
report export >counts.json
"$uncovered" "$source" <counts.json >"$out/uncovered"
