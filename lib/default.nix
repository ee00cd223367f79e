# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The flake's output `lib`: what builds, boots and tests a kernel module, ours or somebody else's. Each function is documented in the
# file that it comes from. All but `script` of mkVmTest, `src` and `name` has a default.
{ toolchain }:
let
  inherit (toolchain)
    mkDerivation
    mkProgram
    mkWrapper
    tools
    qemu
    ;

  mkKernel = import ../kernel/custom.nix {
    inherit mkDerivation tools;
    source = builtins.head (toolchain.pins.set "linux");
  };
  defaultKernel = mkKernel { };

  mkRootfs = import ../vm/rootfs.nix {
    inherit mkDerivation defaultKernel;
    busybox = toolchain.guest;
    hostBusybox = toolchain.busybox;
    inherit (toolchain) zstd;
    init = import ../vm/init.nix { inherit mkProgram; };
  };

  mkVm = import ../vm/package.nix {
    inherit
      mkWrapper
      mkRootfs
      qemu
      defaultKernel
      ;
    runner = import ../vm/runner.nix { inherit mkProgram; };
  };
in
{
  # Linux for arm64, with Rust.
  inherit mkKernel;

  # Modules for it, in Rust or in C.
  mkKernelModule = import ../kernel/module.nix { inherit mkDerivation defaultKernel; };

  # Static programs for the guest.
  mkGuestProgram = import ../userland/program.nix {
    inherit mkDerivation;
    inherit (toolchain) targets aarch64;
  };

  # What the guest has for a disk.
  inherit mkRootfs;

  # The machine with all of these, and a check that runs in it.
  inherit mkVm;
  mkVmTest = import ../vm/test.nix { inherit mkDerivation mkVm; };

  # Options of `vm` for a kernel with `debug = true`: room for what KASAN knows of all memory, and free memory that holds no zeros by
  # chance; KUnit cases run when their module is loaded.
  #
  # Type: debugOptions :: String
  # Example: mkVm { kernel = mkKernel { debug = true; }; options = debugOptions; }
  debugOptions = "--memory 1G --append slab_debug=P --append kunit.enable=1 --append kunit.autorun=1";
}
