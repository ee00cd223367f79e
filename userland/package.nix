# SPDX-License-Identifier: MIT OR Apache-2.0
#
# chardevctl: a static program for aarch64.
{ mkProgram }:
mkProgram {
  name = "chardevctl";
  machine = "aarch64";
  members = [
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
  ];
  meta.description = "The client of /dev/chardev*, a static program for arm64";
}
