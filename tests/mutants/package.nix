# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Tests of the tests: copies of the driver that are broken on purpose, each of which is seen to be caught.
#
# A mutant is a patch against driver/, in the folder that is named for the kernel that it takes. What it says before the patch:
#
#   Breaks: what is wrong with this driver
#   Module: which of its modules is broken, if not chardev (optional)
#   Machine: options of vm, besides those of run.sh (optional)
#   Runs: a line of the guest's shell
#   Caught by: text that must be in the report of the run, which must fail
{
  lib,
  mkDerivation,
  busybox,
  # Of the driver, unbroken.
  source,
  # For the guest: what notices.
  programs,
  # By the name of the folder: the kernel, and `options` for a machine with it.
  kernels,
}:
let
  caught =
    folder:
    { kernel, options }:
    mkDerivation {
      name = "mutants-${folder}";
      script = ./build.sh;
      run = ./run.sh;
      kunit = ./kunit.sh;
      patches = builtins.path {
        name = "${folder}-mutants";
        path = ./. + "/${folder}";
      };
      kernel = kernel.dev;
      vm = lib.mkVm { inherit kernel programs options; };
      inherit busybox source;
    };
in
mkDerivation {
  name = "check-mutants";
  script = builtins.toFile "join.sh" ''cat $caught >"$out"'';
  caught = builtins.attrValues (builtins.mapAttrs caught kernels);
}
