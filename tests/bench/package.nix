# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bench: how long a user waits, measured with the machine of this build.
{
  mkCargo,
  mkWrapper,
  vm,
}:
let
  program = mkCargo {
    name = "bench-program";
    members = [ "tests/bench" ];
    run = ''
      cargo build --release --package bench
      install -D -t "$out/bin" target/x86_64-unknown-linux-gnu/release/bench
    '';
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
