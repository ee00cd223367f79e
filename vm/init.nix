# SPDX-License-Identifier: MIT OR Apache-2.0
#
# PID 1 of the guest, static, for aarch64.
{ mkCargo }:
mkCargo {
  name = "vm-init";
  members = [
    "vm/init"
    "vm/protocol"
  ];
  run = ''
    cargo build --release --target aarch64-unknown-linux-gnu --package vm-init
    install -D -t "$out/bin" target/aarch64-unknown-linux-gnu/release/vm-init
  '';
}
