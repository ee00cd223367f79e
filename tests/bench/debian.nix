# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The machine with Debian's kernel in place of ours: what a user has who does not build one. Our module does not fit it.
{
  mkDerivation,
  lib,
  packages,
  kernel,
  driver,
  chardevctl,
}:
let
  debian = mkDerivation {
    name = "debian-kernel";
    script = ./debian.sh;
    init = ./debian-init.sh;
    inherit packages;
  };
in
lib.mkVm {
  meta.description = "The machine with Debian's own kernel, to compare with";
  kernel = debian;
  # What ours has, and what that kernel needs.
  rootfs = lib.mkRootfs {
    inherit kernel;
    modules = [ driver ];
    load = [ ];
    programs = [
      chardevctl
      debian
    ];
  };
  options = "--append rdinit=/bin/debian-init";
}
