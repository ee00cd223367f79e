# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $busybox, $runner, $qemu, $kernel, $initramfs, $out.

mkdir -p "$out/bin"
cat >"$out/bin/vm" <<EOF
#!$busybox/usr/bin/busybox sh
export FERRITE_QEMU="\${FERRITE_QEMU-$qemu/usr/bin/qemu-system-aarch64}"
export FERRITE_QEMU_DATA="\${FERRITE_QEMU_DATA-$qemu/usr/share/qemu}"
export FERRITE_KERNEL="\${FERRITE_KERNEL-$kernel/Image}"
export FERRITE_INITRAMFS="\${FERRITE_INITRAMFS-$initramfs/initramfs.cpio}"
exec $runner/bin/vm "\$@"
EOF
chmod +x "$out/bin/vm"
