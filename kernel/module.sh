# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of module.nix. From the derivation: $name, $source, $kernel, $makeFlags, $postInstall, $out, $debug.

# A path of this machine would make a module another one on each. The folder that this runs in, which debug information names and with
# that the build ID is made of, is told by the name that it has in Nix's sandbox.
remap="${KRUSTFLAGS-} --remap-path-prefix=$(realpath "$source")/= --remap-path-prefix=$PWD=/build"
c_remap="${KCFLAGS-} -ffile-prefix-map=$PWD=/build"

make -C "$kernel" -j "$NIX_BUILD_CORES" M="$source" MO="$PWD" \
	ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" KRUSTFLAGS="$remap" KCFLAGS="$c_remap" $makeFlags modules
find . -name '*.ko' -exec install -D -m 644 -t "$debug" {} +
if [ ! -e "$debug" ]; then
	echo "building the modules of $name: Kbuild made no .ko: name one in the file Kbuild, as in 'obj-m := $name.o'" >&2
	exit 1
fi
mkdir -p "$out"
for module in "$debug"/*.ko; do
	llvm-strip --strip-debug -o "$out/$(basename "$module")" "$module"
done
eval "${postInstall-}"
