# SPDX-License-Identifier: GPL-2.0
#
# The kernel with the driver in its own tree: configured, built and linked by the kernel's own Kconfig and Kbuild. Only what the
# driver adds is compiled; the rest is taken from the output `tree` of package.nix.
#
# out: Image, config, modules.builtin.modinfo, and modules/ with what the options set to `m`.
{
  mkDerivation,
  kernel,
  # The folder of the driver, for drivers/ferrite.
  driver,
}:
# options: `CONFIG_…` lines, of the driver's.
#
# Type: inTree :: [ String ] -> Derivation
# Example: inTree [ "CONFIG_FERRITE_CHARDEV=y" "CONFIG_FERRITE_HELLO=m" ]
options:
mkDerivation {
  name = "linux-in-tree";
  script = ./in-tree.sh;
  make = ./make.sh;
  buildFolder = ../toolchain/build-folder.sh;
  popen = ./popen.h;
  inherit (kernel) tree optimization GNUMAKEFLAGS;
  inherit driver options;
}
