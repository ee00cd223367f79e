# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The guest's root file system, as the archive that the kernel unpacks into memory.
{
  mkDerivation,
  # Of the guest, and of the build machine.
  busybox,
  hostBusybox,
  init,
  # Static programs for the guest's path: derivations with a bin/ folder.
  programs,
  # chardev.ko is loaded at boot. The others are in /lib/modules/extra for whoever wants one, and the kernel's own in
  # /lib/modules/kernel.
  driver,
  kernel,
}:
mkDerivation {
  name = "initramfs";
  meta.description = "The root file system of the machine";
  script = ./initramfs.sh;
  inherit
    busybox
    hostBusybox
    init
    programs
    driver
    kernel
    ;
}
