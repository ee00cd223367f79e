# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `in-tree`: machines with kernels that have the driver in their tree. From the derivation: $equal, $vm, $out,
# and the kernels: in $builtin chardev is built in and hello is a module, in $modular the other way round.

# shellcheck source=equal.sh
. "$equal"

# guest KERNEL SCRIPT: what it prints in a machine with that kernel and its modules. (The initramfs has modules for another one.)
guest() {
	"$vm" --state state --kernel "$1/Image" --no-module --share "$1/modules" --append "$parameters" -- sh -euc "$2" || echo "vm: status $?"
}

parameters=
equal builtin_devices_are_there $'chardev0\nchardev1' "$(guest "$builtin" 'ls /dev | grep chardev')"
equal builtin_is_no_module '0' "$(guest "$builtin" 'lsmod | grep -c chardev || true')"
equal builtin_roundtrip 'size 100, buf lazenca.0x0' "$(guest "$builtin" 'chardevctl roundtrip 2>/dev/null')"
equal builtin_taints_nothing '0' "$(guest "$builtin" 'cat /proc/sys/kernel/tainted')"
equal builtin_metadata $'author=The ferrite authors\nlicense=GPL\nversion=0.1.0' \
	"$(tr '\0' '\n' <"$builtin/modules.builtin.modinfo" | sed -n -E 's/^chardev\.((author|license|version)=)/\1/p' | sort)"
equal module_beside_a_builtin_one $'hello: hello\nhello: goodbye' \
	"$(guest "$builtin" 'insmod /mnt/share/hello.ko && rmmod hello && dmesg | grep -o "hello: .*"')"

equal module_roundtrip 'size 100, buf lazenca.0x0' \
	"$(guest "$modular" 'insmod /mnt/share/chardev.ko && chardevctl roundtrip 2>/dev/null')"
equal module_comes_and_goes $'/dev/chardev2\n0' \
	"$(guest "$modular" 'insmod /mnt/share/chardev.ko devices=3 && ls /dev/chardev2 && rmmod chardev; ls /dev | grep -c chardev || true')"
equal module_taints_nothing '0' "$(guest "$modular" 'insmod /mnt/share/chardev.ko && cat /proc/sys/kernel/tainted')"
equal module_is_of_the_tree 'Y' "$(modinfo -F intree "$modular/modules/chardev.ko")"
equal module_metadata $'The ferrite authors\nGPL\n0.1.0' \
	"$(for field in author license version; do modinfo -F "$field" "$modular/modules/chardev.ko"; done)"
equal builtin_hello_says_so 'hello: hello' "$(guest "$modular" 'dmesg | grep -o "hello: .*"')"

# Parameters of what is built in are on the kernel's command line.
parameters='chardev.devices=4 chardev.major=240 hello.level=5'
equal builtin_takes_parameters '240:3' "$(guest "$builtin" 'cat /sys/class/chardev/chardev3/dev')"
equal builtin_hello_takes_its_level '<5>' "$(guest "$modular" 'dmesg -r | grep "hello: hello" | cut -c -3')"

exit "$failed"
