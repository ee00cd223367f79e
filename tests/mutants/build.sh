# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix for the mutants of one kernel: makes them, and passes if each is caught.
# From the derivation: $patches, $source, $kernel, $run, $busybox, $out, and what run.sh needs.

# header NAME PATCH: what the patch says of itself.
header() {
	sed -n "s/^$1: //p; /^---/q" "$2"
}
export -f header

mkdir mutants built
targets=()
for patch in "$patches"/*.patch; do
	name=$(basename "$patch" .patch)
	module=$(header Module "$patch")
	cp -r --no-preserve=mode "$source" "mutants/$name"
	(cd "mutants/$name" && "$busybox/usr/bin/busybox" patch -p1 -i "$patch")
	echo "obj-y += $name/" >>mutants/Kbuild
	targets+=("$name/${module:-chardev}.ko")
done

# All at once: make takes longer to start than to build one. By name, for modules of the same name are refused otherwise.
make -C "$kernel" -j "$NIX_BUILD_CORES" M="$PWD/mutants" MO="$PWD/built" ARCH=arm64 LLVM=1 \
	SHELL="$SHELL" CONFIG_SHELL="$SHELL" "${targets[@]}"
llvm-strip --strip-debug built/*/*.ko

# The first that wants a machine boots it, and leaves it for the others to go on with.
printf '%s\0' "$patches"/*.patch | xargs -0 -n 1 -P "$NIX_BUILD_CORES" bash -euo pipefail "$run"
for patch in "$patches"/*.patch; do
	echo "test mutants::$(basename "$patch" .patch) ... ok"
done >"$out"
