# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm, from the first instruction of the firmware on, with a disk in place of kernel and initramfs.
{
  mkWrapper,
  firmware,
  vm,
  disk,
}:
mkWrapper {
  name = "vm";
  meta.description = "The same machine, started from the disk image by UEFI firmware";
  program = "${vm}/bin/vm";
  prelude = ''
    export FERRITE_FIRMWARE="''${FERRITE_FIRMWARE-${firmware}/usr/share/qemu-efi-aarch64/QEMU_EFI.fd}"
    export FERRITE_DISK="''${FERRITE_DISK-${disk}/disk.img}"
  '';
}
