# SPDX-License-Identifier: MIT OR Apache-2.0
#
# compare: a static program for the guest.
{ mkProgram }:
mkProgram {
  name = "compare";
  machine = "aarch64";
  members = [
    "tests/compare"
    "userland/abi"
    "userland/client"
  ];
  meta.description = "Times the ioctls of two devices in the guest, by turns";
}
