# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm: the machine, with all it is made of.
{
  mkDerivation,
  # Its shell runs the wrapper: not every sandbox has a /bin/sh.
  busybox,
  runner,
  qemu,
  kernel,
  initramfs,
}:
mkDerivation {
  name = "vm";
  script = ./wrap.sh;
  inherit
    busybox
    runner
    qemu
    kernel
    initramfs
    ;
}
