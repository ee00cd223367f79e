# SPDX-License-Identifier: MIT OR Apache-2.0
#
# PID 1 of the guest, static, for aarch64.
{ mkProgram }:
mkProgram {
  name = "vm-init";
  machine = "aarch64";
  members = [
    "vm/init"
    "vm/protocol"
  ];
}
