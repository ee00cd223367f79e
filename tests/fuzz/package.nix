# SPDX-License-Identifier: MIT OR Apache-2.0
#
# fuzz: calls the driver at random and checks its answers, in a machine of this build.
#
# program: the static program for the guest alone.
{
  mkProgram,
  mkWrapper,
  vm,
}:
let
  program = mkProgram {
    name = "fuzz";
    machine = "aarch64";
    members = [
      "tests/coverage"
      "tests/fuzz"
      "userland/abi"
      "userland/client"
    ];
  };
in
mkWrapper {
  name = "fuzz";
  meta.description = "Calls the driver at random in the machine, and checks each answer against a model";
  program = "\"$FERRITE_VM\" --smp 2 --timeout 0 --share ${program}/bin -- /mnt/share/fuzz";
  prelude = ''
    export FERRITE_VM="''${FERRITE_VM-${vm}/bin/vm}"
  '';
}
// {
  inherit program;
}
