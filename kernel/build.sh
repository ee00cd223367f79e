# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $source, $fragments, $make, $buildFolder, $popen, $tools, $out,
# $dev, $debug, $tree.

# shellcheck source=make.sh
. "$make"

unpack() {
	llvm-ar p "$source" data.tar.xz | tar -xJO --wildcards './usr/src/linux-source-*.tar.xz' | tar -xJ --strip-components=1
}

# No /bin/sh, no /usr/bin/env: scripts start with the tools' own programs.
patch_shebangs() {
	find . -type f -perm -100 -exec grep -lIE -m 1 '^#! ?/' {} + |
		xargs sed -i -E "1s,^#! ?(/usr)?/bin/(env )?,#!$tools/usr/bin/,"
	sed -i 's,/bin/sh,$(CONFIG_SHELL),' arch/arm64/tools/Makefile
}

# A canary for compilers that optimize too little, which -Oz does on purpose: where the kernel itself expects that, it has this line.
remove_canary() {
	sed -i 's/^extern void __scoped_seqlock_bug(void);/static inline void __scoped_seqlock_bug(void) { }/' include/linux/seqlock.h
}

# Lockdep gives a tracepoint the caller's caller at every change of the interrupt mask. arm64 finds it by a walk of the stack, whether
# the tracepoint is on or not, which is a tenth of what the debug kernel does under QEMU.
remove_callers_caller() {
	sed -i 's/^#define ftrace_return_address(n) return_address(n)$/#define ftrace_return_address(n) 0UL/' arch/arm64/include/asm/ftrace.h
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
	# What Rust code inlines of C.
	[ ! -e rust/helpers/helpers_module.bc ] || files+=(rust/helpers/helpers_module.bc)
	mkdir -p "$dev"
	cp -a --parents "${files[@]}" "$dev"
	find "$dev" \( -name '*.o' -o -name '.*.cmd' \) -delete
}

install_debug() {
	mkdir -p "$debug/scripts"
	cp vmlinux scripts/gdb/vmlinux-gdb.py "$debug"
	cp -r --dereference scripts/gdb "$debug/scripts"
	find "$debug" -name '.*.cmd' -delete
}

# Make finds everything up to date there, for the store gives all files the same time. Of the sources only those stay that were
# read, since no others will be, and of the objects what is linked.
install_tree() {
	local kept=$TMPDIR/kept
	{
		find . -name '.*.cmd' -exec grep -hoE '[[:alnum:]_./+-]+\.[[:alnum:]]+' {} +
		find . -name '.*.cmd' -printf '%h/%f\n' | sed 's,/\.\([^/]*\)\.cmd$,/\1,'
		# Make looks for these, which no command names.
		printf '%s\n' kernel/time/timeconst.bc lib/crypto/arm64/sha2-armv8.pl usr/default_cpio_list
	} | sort -u | xargs realpath -ms --relative-base="$PWD" -- | sort -u >"$kept"
	find . -mindepth 2 -type f ! -path './scripts/*' ! -path './include/*' ! -path './arch/arm64/*' ! -path './rust/*' \
		! -name 'Kconfig*' ! -name 'Makefile*' ! -name 'Kbuild*' ! -name '.*' ! -name '*.order' ! -name '*.a' ! -name '*.mod*' -printf '%P\n' |
		sort | comm -23 - "$kept" | tr '\n' '\0' | xargs -0 rm -f
	rm -f vmlinux vmlinux.o vmlinux.unstripped .tmp_vmlinux* vmlinux-gdb.py
	find . -type d -empty -delete
	find . -name '*.o' -exec llvm-strip --strip-debug {} +
	rename_folder "$PWD" /build/linux
	cp -a . "$tree"
}

mkdir linux
cd linux
unpack
patch_shebangs
remove_canary
remove_callers_caller
# `tinyconfig` and the fragments in one step: what neither names is off.
cat kernel/configs/tiny-base.config kernel/configs/tiny.config $fragments >"$TMPDIR/all.config"
build KCONFIG_ALLCONFIG="$TMPDIR/all.config" allnoconfig
check_configuration
build Image modules scripts_gdb

install -D -m 644 -t "$out" arch/arm64/boot/Image System.map
install -m 644 .config "$out/config"
find . -name '*.ko' -exec install -D -m 644 -t "$out/modules" {} +
find "$out/modules" -name '*.ko' -exec llvm-strip --strip-debug {} +
install_dev
install_debug
# Last, for it takes the folder apart.
[ -z "${tree-}" ] || install_tree
