# SPDX-License-Identifier: GPL-2.0
#
# The modules, built out of tree.
#
# out: chardev.ko, hello.ko.
{ mkDerivation, kernel }:
mkDerivation {
  name = "driver";
  meta.description = "The kernel modules: chardev.ko and hello.ko";
  script = ./build.sh;
  source = builtins.path {
    name = "driver";
    path = ./.;
    filter =
      file: type: type == "directory" || builtins.match ".*(\\.rs|\\.h|\\.c|/Kbuild|/Kconfig)" file != null;
  };
  kernel = kernel.dev;
}
