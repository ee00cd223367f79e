# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The first derivation: the seed, which needs nothing, unpacks a static busybox, which unpacks the rest.
{ system, pins }:
derivation {
  name = "busybox";
  inherit system;
  builder = "${builtins.path {
    name = "seed";
    path = ./seed + "/${system}/seed";
  }}";
  args = [ (builtins.placeholder "out") ] ++ pins.set "busybox";
}
