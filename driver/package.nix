# SPDX-License-Identifier: GPL-2.0
#
# The modules, built out of tree.
#
# out: chardev.ko, hello.ko; include/uapi, the ABI; lib/, for udev and systemd-sysusers.
{ mkDerivation, kernel }:
mkDerivation {
  name = "driver";
  meta.description = "The kernel modules: chardev.ko and hello.ko";
  script = ./build.sh;
  source = builtins.path {
    name = "driver";
    path = ./.;
    filter =
      file: type:
      type == "directory" || builtins.match ".*(\\.rs|\\.h|/Kbuild|/Kconfig|\\.rules|\\.conf)" file != null;
  };
  kernel = kernel.dev;
}
