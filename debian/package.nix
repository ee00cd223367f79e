# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The driver and its client as Debian packages.
#
# out: chardev-dkms_VERSION_all.deb, whose module DKMS builds for the kernels of the machine, and chardevctl_VERSION_arm64.deb.
{
  mkDerivation,
  # dpkg-deb.
  apt,
  # The folder that the modules are built from.
  driver,
  chardevctl,
}:
mkDerivation {
  name = "deb";
  meta.description = "Debian packages for arm64: the driver, by DKMS, and its client";
  script = ./build.sh;
  inherit ((builtins.fromTOML (builtins.readFile ../Cargo.toml)).workspace.package) version;
  inherit apt driver chardevctl;
  packaging = builtins.path {
    name = "packaging";
    path = ./.;
    filter = file: type: builtins.match ".*\\.nix|.*/build\\.sh" file == null;
  };
}
