# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The licences of the packages in unpacked trees, and of those that are taken apart elsewhere. They change when the pins do.
{ mkDerivation, describe }:
# trees: results of `unpack`, which leaves each package its copyright file.
# packages: `.deb` files with data.tar.xz.
#
# Type: mkLicences :: { trees :: [ Derivation ], packages :: [ Derivation ] } -> Derivation
# Example: mkLicences { trees = [ tools ]; packages = pins.set "linux"; }
{ trees, packages }:
mkDerivation {
  name = "licences.json";
  script = ./licences.sh;
  inherit trees packages;
  describe = "${describe}/bin/describe";
}
