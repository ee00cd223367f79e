# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bench: how long a user waits and what an ioctl costs, measured with the machine of this build.
{
  mkProgram,
  mkWrapper,
  vm,
  twin,
  qemu,
}:
let
  program = mkProgram {
    name = "bench";
    members = [
      "tests/bench"
      "tests/compare"
      "userland/abi"
      "userland/client"
    ];
  };

  # The guest's clock goes on by one nanosecond with each instruction.
  countingQemu = mkWrapper {
    name = "counting-qemu";
    program = "${qemu}/usr/bin/qemu-system-aarch64";
    prelude = ''
      set -- "$@" -icount shift=0,sleep=off
    '';
  };
in
mkWrapper {
  name = "bench";
  meta.description = "How long the round trip takes: from nothing, again, and the machine alone; what an ioctl costs";
  program = "${program}/bin/bench";
  prelude = ''
    export FERRITE_VM="''${FERRITE_VM-${vm}/bin/vm}"
    export FERRITE_TWIN="''${FERRITE_TWIN-${twin}}"
    export FERRITE_COUNTING_QEMU="''${FERRITE_COUNTING_QEMU-${countingQemu}/bin/counting-qemu}"
  '';
}
