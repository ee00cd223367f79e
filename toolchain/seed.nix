# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The seeds, built from their source: what the committed ones must be, bit for bit.
#
# out: aarch64-linux/seed, and from an x86_64 machine, which has the libraries of both, x86_64-linux/seed.
{ host, mkCargo }:
let
  machines =
    if host.machine == "aarch64" then
      [ "aarch64" ]
    else
      [
        host.machine
        "aarch64"
      ];
in
mkCargo {
  name = "seed";
  meta.description = "The program that unpacks the first package, for each kind of host";
  members = [ "toolchain/seed" ];
  run = ''
    for machine in ${toString machines}; do
      cargo build --release --package seed --target "$machine-unknown-linux-gnu" --config toolchain/seed/release.toml
      install -D -t "$out/$machine-linux" "target/$machine-unknown-linux-gnu/release/seed"
    done
  '';
}
