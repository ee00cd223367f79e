# SPDX-License-Identifier: MIT OR Apache-2.0
#
# All that depends on the kernel: the driver built for it, and the machine with both.
{
  lib,
  mkWrapper,
  # gdb for arm64.
  debugger,
  # Static programs for the guest's path.
  programs,
}:
# options: for vm, when it runs tests with this kernel.
#
# vm: as a user has it. testVm: the same, and a fault's report names files and lines, which takes symbols.
# gdb: attaches to either.
# environment: variables for work on the driver and its tests.
#
# Type: machineWith :: { kernel :: Derivation, options :: String } -> { kernel, driver, initramfs, vm, testVm, gdb, environment, … }
# Example: (machineWith { inherit kernel; }).vm
{
  kernel,
  options ? "",
}:
let
  driver = import ../driver/package.nix {
    inherit (lib) mkKernelModule;
    inherit kernel;
  };
  modules = [ driver ];

  initramfs = lib.mkRootfs {
    inherit kernel modules programs;
    load = [ "chardev" ];
    meta.description = "The root file system of the machine";
  };

  machine = {
    inherit kernel modules;
    rootfs = initramfs;
  };
  vm = lib.mkVm machine;
  testVm = lib.mkVm (machine // { symbols = true; });
  gdb = import ./gdb.nix {
    inherit mkWrapper kernel;
    gdb = debugger;
    symbols = [ driver.debug ];
    sources = [ driver.source ] ++ (if kernel ? tree then [ kernel.tree ] else [ ]);
  };
in
{
  inherit
    kernel
    driver
    initramfs
    options
    vm
    testVm
    gdb
    ;
  environment = {
    KDIR = kernel.dev;
    ARCH = "arm64";
    LLVM = "1";
    FERRITE_VM = "${vm}/bin/vm";
    FERRITE_VM_ARGUMENTS = options;
    FERRITE_INITRAMFS = "${initramfs}/initramfs.cpio.zst";
    FERRITE_GDB = "${gdb}/bin/vm-gdb";
    FERRITE_SYMBOLS = "${kernel.debug}:${driver.debug}";
  };
}
