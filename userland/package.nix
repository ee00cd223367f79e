# SPDX-License-Identifier: MIT OR Apache-2.0
#
# chardevctl: a static program for aarch64, its manual pages and shell completions.
{ mkProgram }:
mkProgram {
  name = "chardevctl";
  members = [
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
  ];
  # The pages are written by a program of the build machine.
  run = ''
    cargo build --release --package chardevctl --target aarch64-unknown-linux-gnu
    install -D -t "$out/bin" target/aarch64-unknown-linux-gnu/release/chardevctl
    cargo run --package chardevctl --example documents -- "$out/share"
  '';
  meta.description = "The client of /dev/chardev*, a static program for arm64";
}
