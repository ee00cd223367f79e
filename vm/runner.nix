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
}
