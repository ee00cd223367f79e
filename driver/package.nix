# SPDX-License-Identifier: GPL-2.0
#
# The modules, built out of tree.
#
# out: chardev.ko, hello.ko, with KUnit in the kernel ferrite_kunit.ko; include/uapi, the ABI; lib/, for udev and systemd-sysusers.
# debug: the same modules with debug information.
{ mkKernelModule, kernel }:
mkKernelModule {
  name = "driver";
  meta.description = "The kernel modules: chardev.ko and hello.ko";
  src = builtins.path {
    name = "driver";
    path = ./.;
    filter =
      file: type:
      type == "directory"
      || builtins.match ".*(\\.rs|\\.h|/Kbuild|/Kconfig|\\.rules|\\.conf)" file != null;
  };
  inherit kernel;
  postInstall = ''
    install -D -m 644 -t "$out/include/uapi" "$source"/include/uapi/*.h
    install -D -m 644 -t "$out/lib/udev/rules.d" "$source"/udev/*.rules
    install -D -m 644 -t "$out/lib/sysusers.d" "$source"/sysusers.d/*.conf
  '';
}
