# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "Linux kernel modules in Rust for aarch64: cross-built, booted and tested from pinned sources";

  # For what is NixOS: nothing else reads it, so nothing else fetches it.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      system = "x86_64-linux";

      toolchain = import ./toolchain { inherit system; };
      inherit (toolchain)
        mkDerivation
        mkCargo
        mkProgram
        mkWrapper
        tools
        ;

      kernel = import ./kernel/package.nix {
        inherit mkDerivation tools;
        source = builtins.head (toolchain.pins.set "linux");
      };
      debugKernel = import ./kernel/package.nix {
        inherit mkDerivation tools;
        source = builtins.head (toolchain.pins.set "linux");
        name = "linux-debug";
        description = "The same kernel with every checker on: KASAN, lockdep, kmemleak, fault injection, KUnit";
        extraFragments = import ./kernel/debug;
        keepTree = false;
      };

      chardevctl = import ./userland/package.nix { inherit mkProgram; };

      init = import ./vm/init.nix { inherit mkProgram; };
      runner = import ./vm/runner.nix { inherit mkProgram; };

      # What depends on the kernel: the driver, and the machine with both.
      on =
        kernel:
        let
          driver = import ./driver/package.nix { inherit mkDerivation kernel; };
          initramfs = import ./vm/initramfs.nix {
            inherit mkDerivation kernel driver init;
            busybox = toolchain.guest;
            hostBusybox = toolchain.busybox;
            programs = [ chardevctl ];
          };
        in
        {
          inherit driver initramfs;
          vm = import ./vm/package.nix {
            inherit
              mkWrapper
              kernel
              initramfs
              runner
              ;
            inherit (toolchain) qemu;
          };
        };
      inherit (on kernel) driver initramfs vm;
      debug = on debugKernel;

      sourceFiles = import ./kernel/source-files.nix {
        inherit mkDerivation;
        inherit (kernel) source;
      };
      inTree = import ./kernel/in-tree.nix {
        inherit mkDerivation kernel sourceFiles;
        driver = driver.source;
      };

      bench = import ./tests/bench/package.nix { inherit mkProgram mkWrapper vm; };

      checks = import ./tests/checks.nix {
        inherit
          mkDerivation
          mkCargo
          kernel
          sourceFiles
          inTree
          driver
          vm
          ;
        inherit (toolchain)
          aarch64
          apt
          seed
          shellcheck
          thirdParty
          ;
        repository = ./.;
      };
    in
    {
      packages.${system} = {
        inherit
          kernel
          debugKernel
          driver
          chardevctl
          initramfs
          vm
          bench
          ;
        debugVm = debug.vm;
        inherit (toolchain)
          tools
          qemu
          nix
          seed
          update
          ;
        default = vm;
      };

      checks.${system} = checks;

      # For nixw and .ci/run: text, not packages.
      legacyPackages.${system} = {
        pins = toolchain.pins.manifest;
        checkNames = builtins.concatStringsSep " " (builtins.attrNames checks);
      };
    };
}
