# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix for one group: makes its mutants, and passes if each is caught.
# From the derivation: $patches, $source, $kernel, $module, $run, $busybox, $out, and what run.sh needs.

mkdir mutants built
targets=()
for patch in "$patches"/*.patch; do
	name=$(basename "$patch" .patch)
	cp -r --no-preserve=mode "$source" "mutants/$name"
	(cd "mutants/$name" && "$busybox/usr/bin/busybox" patch -p1 -i "$patch")
	echo "obj-y += $name/" >>mutants/Kbuild
	targets+=("$name/$module.ko")
done

# All at once: make takes longer to start than to build one. By name, for modules of the same name are refused otherwise.
make -C "$kernel" -j "$NIX_BUILD_CORES" M="$PWD/mutants" MO="$PWD/built" ARCH=arm64 LLVM=1 \
	SHELL="$SHELL" CONFIG_SHELL="$SHELL" "${targets[@]}"
llvm-strip --strip-debug built/*/"$module.ko"

mkdir "$out"
# The first leaves a machine that has booted, for the others to go on with.
patches=("$patches"/*.patch)
bash -euo pipefail "$run" "${patches[0]}"
for patch in "${patches[@]:1}"; do printf '%s\0' "$patch"; done |
	xargs -0 -r -n 1 -P "$NIX_BUILD_CORES" bash -euo pipefail "$run"
