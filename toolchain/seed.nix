# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The seeds, built from their source: what the committed ones must be, bit for bit.
#
# out: x86_64-linux/seed, aarch64-linux/seed.
{ mkCargo }:
mkCargo {
  name = "seed";
  meta.description = "The program that unpacks the first package, for both kinds of host";
  members = [ "toolchain/seed" ];
  run = ''
    for machine in x86_64 aarch64; do
      cargo build --release --package seed --target "$machine-unknown-linux-gnu" --config toolchain/seed/release.toml
      install -D -t "$out/$machine-linux" "target/$machine-unknown-linux-gnu/release/seed"
    done
  '';
}
