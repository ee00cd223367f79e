# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Tests of the tests: copies of the driver that are broken on purpose, each of which is seen to be caught.
#
# A mutant is a patch against driver/, in the folder of the group that it belongs to. What it says before the patch:
#
#   Breaks: what is wrong with this driver
#   Machine: options of vm besides (optional)
#   Runs: arguments for the group's program
#   Caught by: text that must be in the report of the run, which must fail
{
  mkDerivation,
  busybox,
  # Of the driver, unbroken.
  source,
  # The suites, as a program for the guest.
  suites,
  # By the name of the folder: the kernel, the machine with it, `options` that all of its runs get, the `module` that is broken, and
  # the `program` in the guest that is to notice.
  groups,
}:
let
  caught =
    folder:
    {
      kernel,
      vm,
      initramfs,
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
      inherit
        busybox
        source
        suites
        vm
        initramfs
        options
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
