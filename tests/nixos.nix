# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A NixOS machine with the driver, in NixOS's own test framework.
{
  nixosModule,
  # The `linux-source` package of the archive.
  source,
  # nixpkgs for the machine, which is an arm64 one.
  pkgs,
}:
# hostPkgs: nixpkgs for where the test runs. On another architecture the machine is emulated, and its kernel cross-compiled, for
#   compiling that in an emulation takes a day.
#
# Type: AttrSet -> Derivation
# Example: nixpkgs.legacyPackages.aarch64-linux
hostPkgs:
let
  isEmulated = hostPkgs.stdenv.hostPlatform.system != pkgs.stdenv.hostPlatform.system;

  linuxPackages = import ./nixos/linux.nix {
    pkgs = if isEmulated then hostPkgs.pkgsCross.aarch64-multiplatform else pkgs;
    inherit source;
  };

  test = hostPkgs.testers.runNixOSTest (
    { lib, ... }:
    {
      name = "chardev";
      node.pkgs = lib.mkForce pkgs;
      # The framework's own emulates no other architecture.
      qemu = lib.optionalAttrs isEmulated { package = hostPkgs.qemu; };

      nodes.machine = {
        imports = [ nixosModule ];
        boot.kernelPackages = linuxPackages;
        hardware.chardev = {
          enable = true;
          devices = 3;
          major = 120;
          group = "instruments";
          logLevel = 5;
        };
        users.users = {
          member = {
            isNormalUser = true;
            extraGroups = [ "instruments" ];
          };
          stranger.isNormalUser = true;
        };
      };

      testScript = builtins.readFile ./nixos/script.py;
    }
  );
in
# With KVM where there is one.
test.overrideTestDerivation { requiredSystemFeatures = [ "nixos-test" ]; }
