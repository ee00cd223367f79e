# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# `build TARGETS…`: the kernel's make, in its folder, with all that decides what comes out. From the derivation: $popen, $buildFolder,
# $optimization.

# shellcheck source=toolchain/build-folder.sh
. "$buildFolder"

# Paths of the archive's Rust sources and of this folder stay out of panic messages and debug information.
rust_source=$(rustc --print sysroot)/lib/rustlib/src/rust
remap="--remap-path-prefix=$PWD/linux/= --remap-path-prefix=$(realpath "$rust_source")/=/rustc/ --remap-path-prefix=$rust_source/=/rustc/"
c_remap=-ffile-prefix-map=$PWD/linux=.

# `Default` of each of C's structures, made by bindgen: 1499 functions that hardly anybody calls, and that all have a long name for
# modules to link to. Inlined, who does call one has it.
inline=-Zcross-crate-inline-threshold=always

build() {
	make -j "$NIX_BUILD_CORES" \
		ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" \
		HOSTCFLAGS_preprocess.o="-include $popen" KRUSTFLAGS="$remap" HOSTRUSTFLAGS="$remap" \
		RUSTFLAGS_bindings.o="$inline" RUSTFLAGS_uapi.o="$inline" KCFLAGS="$c_remap $optimization" KAFLAGS="$c_remap" \
		KBUILD_BUILD_TIMESTAMP=@1 KBUILD_BUILD_USER=ferrite KBUILD_BUILD_HOST=ferrite KBUILD_BUILD_VERSION=1 \
		"$@"
}

# rename_folder FROM TO: in the commands that make wrote down in this folder, and compares with those of its next run.
rename_folder() {
	[ "$1" = "$2" ] || find . -name '.*.cmd' -exec sed -i "s,$1,$2,g" {} +
}
