# SPDX-License-Identifier: GPL-2.0
#
# The modules, built out of tree.
#
# out: chardev.ko, hello.ko, with KUnit in the kernel ferrite_kunit.ko; include/uapi, the ABI; lib/, for udev and systemd-sysusers.
# debug: the same modules with debug information.
{ mkDerivation, kernel }:
mkDerivation {
  name = "driver";
  meta.description = "The kernel modules: chardev.ko and hello.ko";
  outputs = [
    "out"
    "debug"
  ];
  script = ./build.sh;
  source = builtins.path {
    name = "driver";
    path = ./.;
    filter =
      file: type:
      type == "directory"
      || builtins.match ".*(\\.rs|\\.h|/Kbuild|/Kconfig|\\.rules|\\.conf)" file != null;
  };
  kernel = kernel.dev;
}
