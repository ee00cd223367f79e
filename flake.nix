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

      driver = import ./driver/package.nix { inherit mkDerivation kernel; };
      chardevctl = import ./userland/package.nix { inherit mkProgram; };

      initramfs = import ./vm/initramfs.nix {
        inherit mkDerivation kernel;
        busybox = toolchain.guest;
        hostBusybox = toolchain.busybox;
        init = import ./vm/init.nix { inherit mkProgram; };
        programs = [ chardevctl ];
        modules = [ "${driver}/chardev.ko" ];
        extraModules = [ "${driver}/hello.ko" ];
      };
      vm = import ./vm/package.nix {
        inherit mkWrapper kernel initramfs;
        inherit (toolchain) qemu;
        runner = import ./vm/runner.nix { inherit mkProgram; };
      };

      bench = import ./tests/bench/package.nix { inherit mkProgram mkWrapper vm; };

      checks = import ./tests/checks.nix {
        inherit
          mkDerivation
          mkCargo
          kernel
          driver
          vm
          ;
        inherit (toolchain) apt seed shellcheck;
        repository = ./.;
      };
    in
    {
      packages.${system} = {
        inherit
          kernel
          driver
          chardevctl
          initramfs
          vm
          bench
          ;
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
