# SPDX-License-Identifier: GPL-2.0
#
# twin.ko, the driver's SET_DATA and GET_DATA in C, and the program that compares both: a folder for the machine to see.
{
  mkDerivation,
  kernel,
  driver,
  compare,
}:
mkDerivation {
  name = "twin";
  meta.description = "The driver's SET_DATA and GET_DATA in C, only to compare with";
  script = ./build.sh;
  source = builtins.path {
    name = "twin";
    path = ./.;
    filter = file: _: builtins.match ".*(\\.c|/Kbuild)" file != null;
  };
  uapi = "${driver.source}/include/uapi";
  kernel = kernel.dev;
  inherit compare;
}
