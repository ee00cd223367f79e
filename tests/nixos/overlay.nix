# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The overlay, on a stand-in for nixpkgs: which derivations it asks for, not whether nixpkgs can build them.
#
# driver: our own, built from the same package.nix.
#
# Type: { overlay :: (AttrSet -> AttrSet -> AttrSet), driver :: Derivation } -> [ String ]
{ overlay, driver }:
let
  # Of nixpkgs, what is called, which tells what it was called with.
  lib = {
    importTOML = file: builtins.fromTOML (builtins.readFile file);
    licenses = {
      gpl2Only = "GPL-2.0-only";
      mit = "MIT";
      asl20 = "Apache-2.0";
    };
    fileset = {
      toSource = { fileset, ... }: fileset;
      unions = files: files;
    };
  };
  stdenv.mkDerivation = arguments: arguments;
  rustPlatform.buildRustPackage = arguments: arguments;
  callPackage =
    scope: file: overrides:
    let
      function = import file;
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) scope // overrides);

  prev.kernelPackagesExtensions = [ (_: _: { earlier = true; }) ];
  final = {
    callPackage = callPackage { inherit lib rustPlatform; };
  };
  result = overlay final prev;

  # The packages of a kernel, with all extensions.
  packagesOf =
    kernel:
    let
      packages = {
        inherit kernel;
        callPackage = callPackage {
          inherit lib stdenv kernel;
          kernelModuleMakeFlags = [ "ARCH=arm64" ];
        };
      };
    in
    builtins.foldl' (
      all: extension: all // extension packages all
    ) packages result.kernelPackagesExtensions;

  kernel =
    { version, ... }@attributes:
    {
      modDirVersion = version;
      dev = "/linux-dev";
      moduleBuildDependencies = [ "rustc" ];
      kernelOlder = other: builtins.compareVersions version other < 0;
    }
    // attributes;
  rustKernel =
    version:
    kernel {
      inherit version;
      withRust = true;
    };
  isBroken = kernel: (packagesOf kernel).chardev.meta.broken;

  inherit (result) chardevctl;
  packages = packagesOf (rustKernel "7.3.4");
  inherit (packages) chardev;
in
import ./cases.nix {
  "the extensions that were there stay" = {
    actual = packages.earlier;
    expected = true;
  };
  "the driver is built for a kernel that has Rust and is new enough, and marked broken elsewhere" = {
    actual = map isBroken [
      (rustKernel "7.2")
      (rustKernel "7.3.4")
      (rustKernel "7.10")
      (rustKernel "7.1.9")
      (rustKernel "6.18")
      (kernel {
        version = "7.3.4";
        withRust = false;
      })
      (kernel { version = "7.3.4"; })
    ];
    expected = [
      false
      false
      false
      true
      true
      true
      true
    ];
  };
  "the driver's source is that of our own" = {
    actual = "${chardev.src}";
    expected = "${driver.source}";
  };
  "the driver is built against the kernel, with its flags and what module builds need" = {
    actual = {
      inherit (chardev) makeFlags nativeBuildInputs version;
    };
    expected = {
      makeFlags = [
        "ARCH=arm64"
        "-C"
        "/linux-dev/lib/modules/7.3.4/build"
      ];
      nativeBuildInputs = [ "rustc" ];
      version = "0.1.0-7.3.4";
    };
  };
  "the client is built from the workspace's lock file and its own packages" = {
    actual = {
      inherit (chardevctl) pname version;
      lock = chardevctl.cargoLock.lockFile;
      sources = chardevctl.src;
    };
    expected = {
      pname = "chardevctl";
      version = "0.1.0";
      lock = ../../Cargo.lock;
      sources = [
        ../../Cargo.toml
        ../../Cargo.lock
        ../../userland/abi
        ../../userland/chardevctl
        ../../userland/client
      ];
    };
  };
}
