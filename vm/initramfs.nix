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
  # Loaded at boot: .ko files.
  modules,
  # Others, for whoever wants to load one: .ko files in /lib/modules/extra; the kernel's own in /lib/modules/kernel.
  extraModules,
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
    modules
    extraModules
    kernel
    ;
}
