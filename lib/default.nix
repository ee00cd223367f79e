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

  source = builtins.head (toolchain.pins.set "linux");
  signatureTools = import ../kernel/signature-tools.nix {
    inherit mkDerivation;
    inherit (toolchain) openssl;
    sourceFiles = import ../kernel/source-files.nix { inherit mkDerivation source; };
  };
  mkKernel = import ../kernel/custom.nix {
    inherit mkDerivation tools source;
    signed = import ../kernel/signed.nix {
      inherit mkDerivation signatureTools;
      inherit (toolchain) openssl;
    };
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

  # sign-file and insert-sys-cert, for a kernel that takes signed modules only.
  inherit signatureTools;

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

  # Options of `vm` for a kernel with `debug = true`: room for what KASAN knows of all memory; free memory that holds no zeros by
  # chance (P), and allocations of every cache that fail when a test has failslab do so (A); KUnit cases that run when their module is
  # loaded.
  #
  # Type: debugOptions :: String
  # Example: mkVm { kernel = mkKernel { debug = true; }; options = debugOptions; }
  debugOptions = "--memory 512M --append slab_debug=PA --append kunit.enable=1 --append kunit.autorun=1";
}
