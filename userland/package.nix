# SPDX-License-Identifier: MIT OR Apache-2.0
#
# chardevctl: a static program for aarch64, its manual pages and shell completions.
{ mkCargo }:
mkCargo {
  name = "chardevctl";
  meta.description = "The client of /dev/chardev*, a static program for arm64";
  members = [
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
  ];
  run = ''
    cargo build --release --target aarch64-unknown-linux-gnu --package chardevctl
    install -D -t "$out/bin" target/aarch64-unknown-linux-gnu/release/chardevctl
    cargo run --package chardevctl --example documents -- "$out/share"
  '';
}
