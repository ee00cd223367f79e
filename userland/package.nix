# SPDX-License-Identifier: MIT OR Apache-2.0
#
# chardevctl: a static program for aarch64, its manual pages and shell completions.
{ mkProgram }:
mkProgram {
  name = "chardevctl";
  machine = "aarch64";
  members = [
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
  ];
  compile = "cargo test --no-run --package chardevctl";
  postInstall = ''
    cargo run --package chardevctl --example documents -- "$out/share"
  '';
  meta.description = "The client of /dev/chardev*, a static program for arm64";
}
