# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm: the machine, with all it is made of; each part can be another, named in the environment.
#
# gdbSocket: where it waits for a debugger, in words of the shell.
# symbols: folders with debug information, for stacks with files and lines. They are large, so only machines for tests have them.
{
  mkWrapper,
  runner,
  qemu,
  kernel,
  initramfs,
  gdbSocket,
  symbols ? [ ],
}:
mkWrapper {
  name = "vm";
  meta.description = "Boots an arm64 machine with the module, for a shell or one command";
  program = "${runner}/bin/vm";
  prelude = ''
    export FERRITE_QEMU="''${FERRITE_QEMU-${qemu}/usr/bin/qemu-system-aarch64}"
    export FERRITE_QEMU_DATA="''${FERRITE_QEMU_DATA-${qemu}/usr/share/qemu}"
    export FERRITE_KERNEL="''${FERRITE_KERNEL-${kernel}/Image}"
    export FERRITE_INITRAMFS="''${FERRITE_INITRAMFS-${initramfs}/initramfs.cpio}"
    export FERRITE_GDB_SOCKET=${gdbSocket}
    export FERRITE_SYMBOLS="''${FERRITE_SYMBOLS-${builtins.concatStringsSep ":" symbols}}"
  '';
}
