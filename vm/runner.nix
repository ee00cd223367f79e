# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The program that runs the machine, static, for the host.
{ mkCargo }:
mkCargo {
  name = "vm-runner";
  members = [
    "vm/protocol"
    "vm/runner"
  ];
  run = ''
    cargo build --release --package vm-runner
    install -D -t "$out/bin" target/x86_64-unknown-linux-gnu/release/vm
  '';
}
