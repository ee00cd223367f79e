# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A check that lets the fuzzer loose, most of the time where operations are fast; else where the kernel checks itself, and tells what
# is new to it.
{
  mkDerivation,
  # A result of package.nix.
  fuzz,
  # Results of vm/machine.nix: with the kernel that users have, and with the one that checks itself.
  plain,
  debug,
}:
# operations: how many, at least, for each machine; each has a seed of its own, which stays, so that a failure can be had again.
# debugOperations: the same, for one with the debug kernel.
#
# out: a line a machine.
#
# Type: mkFuzzCheck :: { name :: String, operations :: [ Int ], debugOperations :: Int } -> Derivation
# Example: mkFuzzCheck { name = "check-fuzz"; operations = [ 50000 ]; debugOperations = 1000; }
{
  name,
  operations,
  debugOperations,
}:
mkDerivation {
  inherit
    name
    operations
    debugOperations
    ;
  script = ./check.sh;
  fuzz = fuzz.program;
  inherit (plain) driver;
  vm = "${plain.testVm}/bin/vm";
  debugDriver = debug.driver;
  debugVm = "${debug.testVm}/bin/vm";
  debugOptions = debug.options;
}
