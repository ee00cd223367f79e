# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Tests of the tests: copies of the driver that are broken on purpose, each of which is seen to be caught.
#
# A mutant is a patch against driver/, in the folder of the group that it belongs to. What it says before the patch:
#
#   Breaks: what is wrong with this driver
#   Machine: options of vm, if not those of run.sh (optional)
#   Runs: arguments for the group's program
#   Caught by: text that must be in the report of the run, which must fail
{
  lib,
  mkDerivation,
  busybox,
  # Of the driver, unbroken.
  source,
  # For the guest: what notices.
  programs,
  # By the name of the folder: the kernel, `options` for a machine with it, the `module` that is broken, and the `program` in the
  # guest that is to notice.
  groups,
}:
let
  caught =
    folder:
    {
      kernel,
      options,
      module,
      program,
    }:
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
      vm = lib.mkVm {
        inherit kernel programs options;
        symbols = true;
      };
      inherit
        busybox
        source
        module
        program
        ;
    };
in
mkDerivation {
  name = "check-mutants";
  script = ./list.sh;
  groups = builtins.attrValues (builtins.mapAttrs caught groups);
}
