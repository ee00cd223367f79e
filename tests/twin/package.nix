# SPDX-License-Identifier: GPL-2.0
#
# twin.ko, the driver's SET_DATA and GET_DATA in C, and the program that compares both: a folder for the machine to see.
{
  mkKernelModule,
  kernel,
  driver,
  compare,
}:
mkKernelModule {
  name = "twin";
  meta.description = "The driver's SET_DATA and GET_DATA in C, only to compare with";
  src = builtins.path {
    name = "twin";
    path = ./.;
    filter = file: _: builtins.match ".*(\\.c|/Kbuild)" file != null;
  };
  inherit kernel;
  makeFlags = [
    "W=e"
    "TWIN_UAPI=${driver.source}/include/uapi"
  ];
  postInstall = ''
    install -t "$out" ${compare}/bin/compare
  '';
}
