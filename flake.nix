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
        extraFragments = [ ./kernel/rust-inline.config ];
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

      # The driver and the machine, with a kernel.
      machineWith = import ./vm/machine.nix {
        inherit toolchain;
        init = import ./vm/init.nix { inherit mkProgram; };
        runner = import ./vm/runner.nix { inherit mkProgram; };
        programs = [ chardevctl ];
      };
      plain = machineWith { inherit kernel; };
      debug = machineWith {
        kernel = debugKernel;
        # Room for what KASAN knows of all memory, and free memory that holds no zeros by chance.
        options = "--memory 1G --append slab_debug=P --append kunit.enable=1 --append kunit.autorun=1";
      };
      inherit (plain) driver initramfs vm;

      disk = import ./vm/disk.nix { inherit (toolchain) mkDerivation diskTools; } {
        inherit kernel;
        rootfs = initramfs;
      };
      diskVm = import ./vm/disk-vm.nix {
        inherit (toolchain) mkWrapper firmware;
        inherit vm disk;
      };

      sourceFiles = import ./kernel/source-files.nix {
        inherit mkDerivation;
        inherit (kernel) source;
      };
      inTree = import ./kernel/in-tree.nix {
        inherit mkDerivation kernel;
        driver = driver.source;
      };

      compare = import ./tests/compare/package.nix { inherit mkProgram; };
      twin = import ./tests/twin/package.nix {
        inherit
          mkDerivation
          kernel
          driver
          compare
          ;
      };
      bench = import ./tests/bench/package.nix {
        inherit
          mkProgram
          mkWrapper
          vm
          twin
          ;
        inherit (toolchain) qemu;
      };
      fuzz = import ./tests/fuzz/package.nix { inherit mkProgram mkWrapper vm; };
      coverage = import ./tests/coverage/package.nix {
        inherit mkDerivation mkCargo;
        inherit (driver) source;
        inherit (debug) kernel vm options;
        programs = [
          (import ./tests/driver/package.nix { inherit mkCargo; })
          fuzz.program
        ];
      };

      mkEnvironment = import ./tests/harness/environment.nix {
        inherit mkDerivation tools;
        inherit (toolchain) targets;
      };

      checks = import ./tests/checks.nix {
        inherit
          mkDerivation
          mkCargo
          kernel
          sourceFiles
          inTree
          driver
          initramfs
          twin
          fuzz
          ;
        vm = plain.testVm;
        disk = {
          inherit (toolchain) qemu firmware diskTools;
          image = disk;
          vm = diskVm;
        };
        debug = debug // {
          vm = debug.testVm;
        };
        inherit (toolchain)
          aarch64
          apt
          busybox
          nextest
          nixfmt
          seed
          shellcheck
          thirdParty
          ;
        repository = ./.;
      };
      debugChecks = [
        "driver-debug"
        "fuzz"
        "mutants"
      ];
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
          disk
          diskVm
          bench
          fuzz
          coverage
          ;
        debugVm = debug.vm;
        inherit (toolchain)
          tools
          qemu
          nextest
          nix
          nixfmt
          seed
          update
          ;
        default = vm;
      };

      # Those that take the debug kernel are not among them yet: legacyPackages has them.
      checks.${system} = removeAttrs checks debugChecks;

      # The modules build with `make -C driver`, the suites run with `cargo nextest run`.
      devShells.${system}.default = toolchain.mkShell plain.environment;

      formatter.${system} = toolchain.format;

      # For nixw and .ci/run: text, not packages.
      legacyPackages.${system} = {
        pins = toolchain.pins.manifest;
        inherit (toolchain) crates fetchCrate;
        testEnvironment = mkEnvironment plain.environment;
        debugTestEnvironment = mkEnvironment debug.environment;
        checkNames = builtins.concatStringsSep " " (builtins.attrNames self.checks.${system});
        debugChecks = builtins.listToAttrs (
          map (name: {
            inherit name;
            value = checks.${name};
          }) debugChecks
        );
      };
    };
}
