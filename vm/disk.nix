# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A disk that UEFI firmware starts from: the kernel, which is itself a UEFI application, and the root file system, read-only.
{
  mkDerivation,
  diskTools,
  zstd,
}:
# rootfs: the archive that the machine otherwise has as its initramfs.
#
# out: disk.img, with a GUID partition table. The partition `root` is where the kernel's own command line says that the root is.
#
# Type: mkDisk :: { kernel :: Derivation, rootfs :: Derivation } -> Derivation
# Example: mkDisk { inherit kernel; rootfs = initramfs; }
{ kernel, rootfs }:
mkDerivation {
  name = "disk";
  meta.description = "A disk image that UEFI firmware starts from, with kernel and root file system";
  script = ./disk.sh;
  inherit
    diskTools
    zstd
    kernel
    rootfs
    ;
}
