# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm: the machine, with all it is made of.
{
  mkDerivation,
  runner,
  qemu,
  kernel,
  initramfs,
}:
mkDerivation {
  name = "vm";
  script = ./wrap.sh;
  inherit
    runner
    qemu
    kernel
    initramfs
    ;
}
