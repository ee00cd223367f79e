# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bench: how long a user waits, measured with the machine of this build.
{
  mkCargo,
  mkDerivation,
  vm,
}:
mkDerivation {
  name = "bench";
  script = ./wrap.sh;
  inherit vm;
  program = mkCargo {
    name = "bench-program";
    members = [ "tests/bench" ];
    run = ''
      cargo build --release --target x86_64-unknown-linux-gnu --package bench
      install -D -t "$out/bin" target/x86_64-unknown-linux-gnu/release/bench
    '';
  };
}
