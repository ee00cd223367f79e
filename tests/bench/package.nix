# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bench: how long a user waits, measured with the machine of this build.
{
  mkProgram,
  mkWrapper,
  vm,
}:
let
  program = mkProgram {
    name = "bench";
    members = [ "tests/bench" ];
  };
in
mkWrapper {
  name = "bench";
  meta.description = "How long the round trip takes: from nothing, again, and the machine alone";
  program = "${program}/bin/bench";
  prelude = ''
    export FERRITE_VM="''${FERRITE_VM-${vm}/bin/vm}"
  '';
}
