# SPDX-License-Identifier: GPL-2.0
#
# The modules for a kernel of nixpkgs, built as nixpkgs builds modules: `linuxPackages.callPackage ./nixpkgs.nix { }`.
#
# out: lib/modules/…/updates, with chardev.ko and hello.ko; what package.nix installs besides.
{
  lib,
  stdenv,
  kernel,
  kernelModuleMakeFlags,
}:
let
  # The `kernel` crate has no stable interface. This is the oldest release that the modules were built for.
  oldestKernel = "7.2";

  # What package.nix calls, in terms of stdenv.
  mkKernelModule =
    {
      src,
      kernel,
      postInstall,
      meta,
      ...
    }:
    stdenv.mkDerivation {
      pname = "chardev";
      version = "${(lib.importTOML ../Cargo.toml).workspace.package.version}-${kernel.version}";
      inherit src postInstall;
      # By which name postInstall knows it.
      source = src;
      nativeBuildInputs = kernel.moduleBuildDependencies;
      # A kernel's compiler flags are its own.
      hardeningDisable = [
        "format"
        "pic"
      ];
      makeFlags = kernelModuleMakeFlags ++ [
        "-C"
        "${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
      ];
      preBuild = ''makeFlagsArray+=("M=$PWD")'';
      buildFlags = [ "modules" ];
      installFlags = [ "INSTALL_MOD_PATH=${placeholder "out"}" ];
      installTargets = [ "modules_install" ];
      meta = meta // {
        license = lib.licenses.gpl2Only;
        platforms = [ "aarch64-linux" ];
        broken = !(kernel.withRust or false) || kernel.kernelOlder oldestKernel;
      };
    };
in
import ./package.nix { inherit mkKernelModule kernel; }
