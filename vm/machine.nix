# SPDX-License-Identifier: MIT OR Apache-2.0
#
# All that depends on the kernel: the driver built for it, and the machine with both.
{
  toolchain,
  # Of the guest and of the host.
  init,
  runner,
  # Static programs for the guest's path.
  programs,
}:
# options: for vm, when it runs tests with this kernel.
#
# vm: as a user has it. testVm: the same, and a fault's report names files and lines, which takes symbols.
# environment: variables for work on the driver and its tests.
#
# Type: machineWith :: { kernel :: Derivation, options :: String } -> { kernel, driver, initramfs, vm, testVm, environment, … }
# Example: (machineWith { inherit kernel; }).vm
{
  kernel,
  options ? "",
}:
let
  inherit (toolchain) mkDerivation mkWrapper qemu;

  driver = import ../driver/package.nix {
    mkKernelModule = import ../kernel/module.nix {
      inherit mkDerivation;
      defaultKernel = kernel;
    };
    inherit kernel;
  };
  initramfs = import ./initramfs.nix {
    inherit
      mkDerivation
      kernel
      driver
      init
      programs
      ;
    busybox = toolchain.guest;
    hostBusybox = toolchain.busybox;
  };
  symbols = [
    kernel.debug
    driver.debug
  ];
  machine = {
    inherit
      mkWrapper
      kernel
      initramfs
      runner
      qemu
      ;
  };
  vm = import ./package.nix machine;
  testVm = import ./package.nix (machine // { inherit symbols; });
in
{
  inherit
    kernel
    driver
    initramfs
    options
    vm
    testVm
    ;
  environment = {
    KDIR = kernel.dev;
    ARCH = "arm64";
    LLVM = "1";
    FERRITE_VM = "${vm}/bin/vm";
    FERRITE_VM_ARGUMENTS = options;
    FERRITE_SYMBOLS = builtins.concatStringsSep ":" symbols;
  };
}
