# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The check `cache`: a program, with what it names, goes from one store to another through a cache.
{
  mkDerivation,
  mkWrapper,
  busybox,
  nix,
}:
let
  program = mkWrapper {
    name = "greet";
    program = "${busybox}/usr/bin/busybox echo";
    prelude = "";
  };
in
mkDerivation {
  name = "check-cache";
  script = ./check.sh;
  equal = ../equal.sh;
  inherit nix busybox program;
  exportReferencesGraph = [
    "references"
    program
  ];
}
