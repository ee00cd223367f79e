# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What a release consists of, as plain files.
{ mkDerivation }:
# contents: the files, by the names that they get.
#
# Type: mkFiles :: AttrSet -> Derivation
# Example: mkFiles { Image = "${kernel}/Image"; }
contents:
mkDerivation {
  name = "artifact-files";
  script = ./files.sh;
  # A line a file. The bill of materials is made of it too: which derivation each file is from.
  contents = builtins.concatStringsSep "\n" (
    map (name: "${name} ${contents.${name}}") (builtins.attrNames contents)
  );
}
