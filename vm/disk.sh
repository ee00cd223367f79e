# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of disk.nix. From the derivation: $diskTools, $zstd, $kernel, $rootfs, $out.

export PATH=$diskTools/usr/bin:$diskTools/usr/sbin:$PATH
# Debian builds this place into its C library; the names on the system partition go through it.
GCONV_PATH=$(echo "$diskTools"/usr/lib/*-linux-gnu/gconv)
export GCONV_PATH

mebibyte=$((1024 * 1024))
# FAT32, which UEFI asks for on fixed disks, has 65525 clusters or more.
system_size=$((40 * mebibyte))
# A FAT's time begins in 1980.
fat_epoch=315532800

SOURCE_DATE_EPOCH=$fat_epoch mkfs.fat --invariant -F 32 -s 1 -n EFI -C system.fat $((system_size / 1024)) >/dev/null
SOURCE_DATE_EPOCH=$fat_epoch mmd -i system.fat ::/EFI ::/EFI/BOOT
SOURCE_DATE_EPOCH=$fat_epoch mcopy -i system.fat "$kernel/Image" ::/EFI/BOOT/BOOTAA64.EFI

mkdir root
"$zstd/usr/bin/zstd" --decompress --stdout "$rootfs/initramfs.cpio.zst" |
	(cd root && cpio --extract --make-directories --preserve-modification-time --quiet)
mkfs.erofs --quiet --all-root -T 1 -U 7f1d9f7e-2f58-4c2c-9f5c-0c2f5f3f0a01 root.erofs root
root_size=$(stat -c %s root.erofs)
root_size=$(((root_size + mebibyte - 1) / mebibyte * mebibyte))

# One mebibyte before the partitions and one after them, for the two copies of the table.
mkdir -p "$out"
disk=$out/disk.img
truncate -s $((mebibyte + system_size + root_size + mebibyte)) "$disk"
# The types are those of the Discoverable Partitions Specification.
sfdisk --quiet "$disk" <<END
label: gpt
label-id: 5C2B1E56-8E0C-4F7D-9D3C-3B0E6B1C9A00
unit: sectors
start=$((mebibyte / 512)), size=$((system_size / 512)), name=EFI, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=5C2B1E56-8E0C-4F7D-9D3C-3B0E6B1C9A01
start=$(((mebibyte + system_size) / 512)), size=$((root_size / 512)), name=root, type=B921B045-1DF0-41C3-AF44-4C6F280D3FAE, uuid=5C2B1E56-8E0C-4F7D-9D3C-3B0E6B1C9A02, attrs="GUID:60"
END
dd if=system.fat of="$disk" bs=$mebibyte seek=1 conv=notrunc,sparse status=none
dd if=root.erofs of="$disk" bs=$mebibyte seek=$((1 + system_size / mebibyte)) conv=notrunc status=none
