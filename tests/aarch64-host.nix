# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What an x86_64 machine can show of an aarch64 one that builds.
{
  mkDerivation,
  pins,
  qemuUser,
  busybox,
  # This flake.
  ferrite,
}:
let
  system = "aarch64-linux";

  # "NAME DERIVATION" each; not as something to build first.
  line = outputs: name: "${name} ${builtins.unsafeDiscardStringContext outputs.${name}.drvPath}\n";
  lines = outputs: builtins.concatStringsSep "" (map (line outputs) (builtins.attrNames outputs));
in
{
  # Every output evaluates. This builds none of them.
  evaluation-aarch64 = mkDerivation {
    name = "check-evaluation-aarch64";
    script = ./evaluation-aarch64.sh;
    packages = lines ferrite.packages.${system};
    # One takes nixpkgs.
    checks = lines (removeAttrs ferrite.checks.${system} [ "nixos" ]);
    others = lines {
      formatter = ferrite.formatter.${system};
      shell = ferrite.devShells.${system}.default;
      thorough = ferrite.legacyPackages.${system}.checksThorough;
    };
  };

  # What it begins with, the seed and the unpack of a tree, gives there what it gives here.
  seed-aarch64 = mkDerivation {
    name = "check-seed-aarch64";
    script = ./seed-aarch64.sh;
    equal = ./equal.sh;
    qemu = qemuUser;
    seeds = ../toolchain/seed;
    busyboxDebs = pins.set "guest";
    inherit busybox;
    debs = pins.set "third-party";
  };
}
