# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# Part of tree.nix's relocation: leaves of QEMU what the machine takes, which is half. From unpack.sh and relocate.sh: $out, $loader.

program=$out/usr/bin/qemu-system-aarch64
{
	echo "$program"
	echo "$out/usr/$loader"
	"$out/$loader" --list "$program" | grep -oE "$out/[^ ]+"
	# What UEFI starts a network card with.
	echo "$out/usr/share/qemu/efi-virtio.rom"
	find "$out/usr/share/doc" -name copyright
} >/tmp/kept
targets=$(xargs realpath </tmp/kept)
echo "$targets" >>/tmp/kept
find "$out/usr" "$out/etc" ! -type d | grep -vxFf /tmp/kept | tr '\n' '\0' | xargs -0 rm -f
find "$out/usr" "$out/etc" -depth -type d -exec rmdir --ignore-fail-on-non-empty {} +
