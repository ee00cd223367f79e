# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $source, $fragments, $popen, $tools, $out, $dev.

unpack() {
	llvm-ar p "$source" data.tar.xz | tar -xJO --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ --strip-components=1
}

# No /bin/sh, no /usr/bin/env: scripts start with the tools' own programs.
patch_shebangs() {
	find . -type f -perm -100 -exec grep -lIE -m 1 '^#! ?/' {} + |
		xargs sed -i -E "1s,^#! ?(/usr)?/bin/(env )?,#!$tools/usr/bin/,"
	sed -i 's,/bin/sh,$(CONFIG_SHELL),' arch/arm64/tools/Makefile
}

# A line that Kconfig dropped, for a dependency that does not hold, would be missed only at run time.
check_configuration() {
	local line option lost=0
	while read -r line; do
		case $line in
		CONFIG_*) grep -qxF "$line" .config && continue ;;
		'# CONFIG_'*' is not set')
			option=${line#\# }
			grep -q "^${option%% *}=" .config || continue
			;;
		*) continue ;;
		esac
		echo "configuring the kernel: '$line' did not survive: give what it depends on, or leave it out" >&2
		lost=1
	done < <(cat $fragments)
	return "$lost"
}

# Paths of the archive's Rust sources and of this folder stay out of panic messages.
rust_source=$(rustc --print sysroot)/lib/rustlib/src/rust
remap="--remap-path-prefix=$PWD/linux/= --remap-path-prefix=$(realpath "$rust_source")/=/rustc/ --remap-path-prefix=$rust_source/=/rustc/"

build() {
	make -j "$NIX_BUILD_CORES" \
		ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" \
		HOSTCFLAGS_preprocess.o="-include $popen" KRUSTFLAGS="$remap" HOSTRUSTFLAGS="$remap" \
		KBUILD_BUILD_TIMESTAMP=@1 KBUILD_BUILD_USER=ferrite KBUILD_BUILD_HOST=ferrite KBUILD_BUILD_VERSION=1 \
		"$@"
}

# What the kernel's build leaves and module builds read. The programs of `scripts` ran here and run there.
install_dev() {
	local files=(
		.config .rustfmt.toml .clippy.toml Makefile Kbuild Module.symvers
		include arch/arm64/Makefile arch/arm64/include
		scripts/Makefile* scripts/*.include scripts/*.sh scripts/*.pl scripts/basic scripts/mod
		scripts/module.lds scripts/module.lds.S scripts/module-common.c
		tools/scripts
		rust/Makefile rust/*.rmeta rust/*.so
	)
	mkdir -p "$dev"
	cp -a --parents "${files[@]}" "$dev"
	find "$dev" \( -name '*.o' -o -name '.*.cmd' \) -delete
}

mkdir linux
cd linux
unpack
patch_shebangs
# `tinyconfig` and the fragments in one step: what neither names is off.
cat kernel/configs/tiny-base.config kernel/configs/tiny.config $fragments >"$TMPDIR/all.config"
build KCONFIG_ALLCONFIG="$TMPDIR/all.config" allnoconfig
check_configuration
build Image modules

install -D -m 644 -t "$out" arch/arm64/boot/Image System.map
install -m 644 .config "$out/config"
find . -name '*.ko' -exec install -D -m 644 -t "$out/modules" {} +
install_dev
