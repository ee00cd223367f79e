# SPDX-License-Identifier: GPL-2.0
#
# The kernel with the driver in its own tree: configured, built and linked by the kernel's own Kconfig and Kbuild. Only what the
# driver adds is compiled; the rest is taken from the output `tree` of package.nix.
#
# out: Image, config, modules.builtin.modinfo, and modules/ with what the options set to `m`.
{
  mkDerivation,
  kernel,
  sourceFiles,
  # The folder of the driver, for drivers/ferrite.
  driver,
}:
let
  # Make looks for these though nothing is made of them again, and `tree` does not have them: no command names them, or not by
  # this path.
  unread = sourceFiles [
    "arch/x86/entry/syscalls/syscall_32.tbl"
    "drivers/base/firmware_loader/firmware.h"
    "drivers/tty/serial/serial_mctrl_gpio.h"
    "io_uring/io-wq.h"
    "kernel/time/timeconst.bc"
    "lib/crypto/arm64/sha2-armv8.pl"
    "lib/zstd/common/allocations.h"
    "usr/default_cpio_list"
  ];
in
# options: `CONFIG_…` lines, of the driver's.
#
# Type: inTree :: [ String ] -> Derivation
# Example: inTree [ "CONFIG_FERRITE_CHARDEV=y" "CONFIG_FERRITE_HELLO=m" ]
options:
mkDerivation {
  name = "linux-in-tree";
  script = ./in-tree.sh;
  make = ./make.sh;
  popen = ./popen.h;
  inherit (kernel) tree;
  inherit unread driver options;
}
