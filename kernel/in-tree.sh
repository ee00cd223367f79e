# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of in-tree.nix. From the derivation: $tree, $driver, $options, $make, $buildFolder, $popen, $out.

# shellcheck source=make.sh
. "$make"

# What driver/Makefile tells to do.
add_driver() {
	cp -r --no-preserve=mode "$driver" drivers/ferrite
	sed -i '/^endmenu$/i source "drivers/ferrite/Kconfig"' drivers/Kconfig
	echo 'obj-$(CONFIG_FERRITE) += ferrite/' >>drivers/Makefile
}

# A line that Kconfig dropped would leave nothing to test.
check_configuration() {
	local option
	for option in $options; do
		grep -qxF "$option" .config || {
			echo "configuring the kernel: '$option' did not survive: give what it depends on" >&2
			return 1
		}
	done
}

# What else was compiled than the driver: then the kernel was built anew, and not quickly.
check_log() {
	if grep -E '^  (CC|AS|RUSTC)( |\[).* [^ ]+\.o$' "$1" |
		grep -v -e ' drivers/ferrite/' -e ' \.tmp_vmlinux' -e '\.mod\.o$' -e '\.vmlinux\.export\.o$'; then
		echo "building the kernel with the driver: the files above were compiled though nothing of them changed:" \
			"run make with V=2, which tells why" >&2
		return 1
	fi
}

# All files keep the time that the store gives them, so that none is newer than what was made of it.
cp -a "$tree" linux
chmod -R u+w linux

cd linux
rename_folder /build/linux "$PWD"
add_driver
printf '%s\n' CONFIG_FERRITE=y $options >>.config
build olddefconfig
check_configuration
build Image modules | tee ../log
check_log ../log

install -D -m 644 -t "$out" arch/arm64/boot/Image
install -m 644 .config "$out/config"
install -m 644 -t "$out" modules.builtin.modinfo
find drivers/ferrite -name '*.ko' -exec install -D -m 644 -t "$out/modules" {} +
find "$out/modules" -name '*.ko' -exec llvm-strip --strip-debug {} +
