# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "Linux kernel modules in Rust for aarch64: cross-built, booted and tested from pinned sources";

  # For what is NixOS: nothing else reads it, so nothing else fetches it.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      eachSystem = import ./lib/each-system.nix;

      nixosModule = ./driver/nixos-module.nix;
      overlays.default = final: prev: {
        chardevctl = final.callPackage ./userland/nixpkgs.nix { };
        kernelPackagesExtensions = prev.kernelPackagesExtensions ++ [
          (kernelPackages: _: { chardev = kernelPackages.callPackage ./driver/nixpkgs.nix { }; })
        ];
      };

      # The outputs for one kind of machine that builds.
      outputs =
        system:
        let
          toolchain = import ./toolchain { inherit system; };
          inherit (toolchain)
            mkDerivation
            mkCargo
            mkCrates
            mkProgram
            mkTool
            mkWrapper
            tools
            ;

          lib = import ./lib { inherit toolchain; };

          kernel = lib.mkKernel { };
          debugKernel = lib.mkKernel { debug = true; };
          kernel_7_2 = lib.mkKernel {
            name = "linux-7.2";
            description = "Linux 7.2 for arm64, with Rust";
            source = builtins.head (toolchain.pins.set "linux-7-2");
            fragments = [ ./kernel/linux-7.2.config ];
            # For the suites, which do not ask how small it is.
            optimization = "";
            keepTree = false;
          };

          editor = import ./editor/package.nix {
            inherit
              mkDerivation
              mkWrapper
              kernel
              driver
              ;
            inherit (toolchain) aarch64 busybox python;
          };

          chardevctl = import ./userland/package.nix { inherit mkProgram; };

          sign = import ./toolchain/sign.nix {
            inherit mkTool mkWrapper;
            inherit (lib) signatureTools;
          };
          verify = toolchain.verify {
            source = self;
            artifacts = {
              inherit
                kernel
                driver
                chardevctl
                initramfs
                vm
                disk
                deb
                ;
            };
          };

          # The driver and the machine, with a kernel.
          machineWith = import ./vm/machine.nix {
            inherit lib mkWrapper;
            debugger = toolchain.gdb;
            programs = [ chardevctl ];
          };
          plain = machineWith { inherit kernel; };
          older = machineWith { kernel = kernel_7_2; };
          debug = machineWith {
            kernel = debugKernel;
            options = lib.debugOptions;
          };
          inherit (plain)
            driver
            initramfs
            vm
            gdb
            ;

          disk = import ./vm/disk.nix { inherit (toolchain) mkDerivation diskTools zstd; } {
            inherit kernel;
            rootfs = initramfs;
          };
          diskVm = import ./vm/disk-vm.nix {
            inherit (toolchain) mkWrapper firmware;
            inherit vm disk;
          };

          artifacts = import ./artifacts/package.nix {
            inherit
              system
              mkDerivation
              mkTool
              kernel
              driver
              chardevctl
              initramfs
              disk
              ;
            inherit (toolchain) architecture pins;
            trees = with toolchain; [
              tools
              busybox
              aarch64
              guest
              archiveCrates
              diskTools
              zstd
            ];
          };

          accept = import ./artifacts/accept.nix {
            inherit mkWrapper artifacts;
            inherit (toolchain) busybox;
          };

          reproduce = import ./artifacts/reproduce/package.nix {
            inherit mkTool mkWrapper;
            inherit (toolchain) nix diffoscope;
          };

          deb = import ./debian/package.nix {
            inherit mkDerivation chardevctl;
            inherit (toolchain) apt;
            driver = driver.source;
          };

          cache = import ./vm/cache.nix { inherit mkDerivation; } [
            vm
            kernel
            kernel.dev
            kernel.debug
            kernel.tree
            debug.vm
            debugKernel.dev
            debugKernel.debug
            tools
            toolchain.nextest
            toolchain.nix
            toolchain.nixfmt
          ];

          doc = import ./driver/doc.nix {
            inherit mkDerivation kernel;
            inherit (driver) source;
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
            inherit (lib) mkKernelModule;
            inherit kernel driver compare;
          };
          sizes = import ./tests/sizes.nix {
            inherit
              mkDerivation
              kernel
              initramfs
              driver
              chardevctl
              vm
              ;
            inherit (toolchain) nix;
          };
          bench = import ./tests/bench/package.nix {
            inherit
              mkProgram
              mkWrapper
              mkDerivation
              lib
              kernel
              driver
              driverTests
              vm
              diskVm
              twin
              ;
            inherit (toolchain) qemu;
            inherit (sizes) sizes;
            debianVm = import ./tests/bench/debian.nix {
              inherit
                mkDerivation
                lib
                kernel
                driver
                chardevctl
                ;
              packages = toolchain.debianKernel;
            };
            virtme = import ./tests/bench/virtme.nix {
              inherit
                mkDerivation
                mkWrapper
                kernel
                driver
                chardevctl
                ;
              inherit (toolchain)
                virtme
                python
                pythonCommand
                qemu
                ;
              bash = toolchain.virtmeGuest;
              busybox = toolchain.guest;
              hostBusybox = toolchain.busybox;
            };
          };
          workspace = import ./tests/workspace.nix {
            inherit mkCargo mkCrates;
            inherit (toolchain) nextest;
          };
          driverTests = import ./tests/driver/package.nix { inherit mkCargo mkCrates; };
          fuzz = import ./tests/fuzz/package.nix { inherit mkProgram mkWrapper vm; };
          mkFuzzCheck = import ./tests/fuzz/check.nix {
            inherit
              mkDerivation
              fuzz
              plain
              debug
              ;
          };
          coverage = import ./tests/coverage/package.nix {
            inherit mkDerivation mkCargo mkTool;
            inherit (lib) mkKernelModule;
            inherit (driver) source;
            inherit (debug) kernel vm options;
            programs = [
              driverTests
              fuzz.program
            ];
          };

          mkAnyVm = import ./tests/machine/vm.nix { inherit lib; };

          nixosTest = import ./tests/nixos.nix {
            inherit nixosModule;
            pkgs = nixpkgs.legacyPackages.aarch64-linux;
            source = builtins.head (toolchain.pins.set "linux");
          };

          mkEnvironment = import ./tests/harness/environment.nix {
            inherit mkDerivation tools;
            inherit (toolchain) targets;
          };

          mkChecks =
            machine:
            import ./tests/checks.nix {
              inherit
                system
                mkDerivation
                mkCargo
                mkWrapper
                lib
                artifacts
                reproduce
                sourceFiles
                deb
                twin
                sizes
                workspace
                driverTests
                mkFuzzCheck
                verify
                ;
              inherit (machine)
                kernel
                driver
                initramfs
                gdb
                ;
              vm = machine.testVm;
              anyVm = mkAnyVm { inherit (machine) kernel; };
              debug = debug // {
                vm = debug.testVm;
              };
              disk = {
                inherit (toolchain) qemu firmware diskTools;
                image = disk;
                vm = diskVm;
              };
              overlay = overlays.default;
              inherit (toolchain)
                aarch64
                apt
                architecture
                busybox
                lintian
                nix
                nixfmt
                pins
                python
                qemuUser
                seed
                shellcheck
                thirdParty
                udev
                update
                yaml
                ;
              repository = ./.;
              ferrite = self;
            };
          # NixOS's is native.
          checks =
            mkChecks plain
            // (
              if system == "aarch64-linux" then { nixos = nixosTest nixpkgs.legacyPackages.${system}; } else { }
            );
          checksThorough = import ./tests/thorough.nix {
            inherit
              lib
              mkDerivation
              inTree
              driverTests
              fuzz
              mkFuzzCheck
              coverage
              editor
              plain
              debug
              ;
            inherit (workspace) mkNextest;
            inherit (toolchain) busybox;
            languageServers = toolchain.editor;
            anyVm = mkAnyVm { inherit kernel; };
          };
        in
        {
          inherit lib checks;

          packages = {
            inherit
              accept
              artifacts
              kernel
              debugKernel
              kernel_7_2
              driver
              chardevctl
              initramfs
              vm
              gdb
              disk
              diskVm
              deb
              editor
              bench
              fuzz
              coverage
              cache
              doc
              sign
              verify
              reproduce
              ;
            debugVm = debug.vm;
            debugGdb = debug.gdb;
            inherit (toolchain)
              busybox
              tools
              qemu
              nextest
              nix
              nixfmt
              seed
              ssh
              update
              ;
            default = artifacts;
          };

          # `nix run` starts the machine.
          apps.default = {
            type = "app";
            program = "${vm}/bin/vm";
            inherit (vm) meta;
          };

          # The modules build with `make -C driver`, the suites run with `cargo nextest run`.
          devShells.default = toolchain.mkShell plain.environment;

          formatter = toolchain.format;

          # For nixw and .ci/run: text, not packages.
          legacyPackages = {
            pins = toolchain.pins.manifest;
            extraPins = toolchain.pins.extra;
            inherit (toolchain) crates fetchCrate;
            testEnvironment = mkEnvironment plain.environment;
            debugTestEnvironment = mkEnvironment debug.environment;
            # What takes longer than all of `checks`; and both, for .ci/run.
            inherit checksThorough;
            allChecks = checks // checksThorough.checks;
            # The suites with another kernel.
            checks_7_2 = {
              inherit (mkChecks older) driver lint-driver machine;
            };
            # It takes a kernel of its own.
            checksSigned.signing = import ./tests/signing/package.nix {
              inherit
                mkDerivation
                lib
                machineWith
                sign
                ;
              inherit (toolchain) openssl;
            };
            # The same, the machine emulated.
            nixosTest = nixosTest nixpkgs.legacyPackages.${system};
            # Over when it is evaluated, and content with nixpkgs' lib.
            nixosModuleCases = import ./tests/nixos/module.nix {
              inherit (nixpkgs) lib;
              inherit nixosModule;
            };
          };
        };
      bySystem = eachSystem outputs;
    in
    bySystem
    // {
      # For flakes that take this one as input: lib.SYSTEM, and what has it for each.
      lib = bySystem.lib // {
        eachSystem = outputs: eachSystem (system: outputs bySystem.lib.${system});
      };
      templates = {
        default = {
          description = "A kernel module in Rust, its client, and a test that boots both";
          path = ./templates/rust;
        };
        c = {
          description = "The same in C";
          path = ./templates/c;
        };
      };

      # What follows is NixOS: only the checks and the test evaluate nixpkgs, and with that fetch it.
      inherit overlays;
      nixosModules.default = nixosModule;
    };
}
