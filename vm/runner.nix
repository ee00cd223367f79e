# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The program that runs the machine, static, for the host.
{ mkProgram }:
mkProgram {
  name = "vm";
  package = "vm-runner";
  members = [
    "vm/protocol"
    "vm/runner"
  ];
  # Everything that boots waits for it, so an edit of it is to compile nothing but it; crates would be optimized with it otherwise.
  CARGO_PROFILE_RELEASE_LTO = "off";
}
