# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The templates as they stand: what each makes of this flake as its input is built, its own check too.
{
  system,
  mkDerivation,
  # This flake.
  ferrite,
}:
let
  built =
    template:
    let
      outputs = (import (template.path + "/flake.nix")).outputs { inherit ferrite; };
    in
    builtins.attrValues outputs.packages.${system} ++ builtins.attrValues outputs.checks.${system};
in
mkDerivation (
  {
    name = "check-template";
    script = ./templates.sh;
    names = builtins.attrNames ferrite.templates;
  }
  // builtins.mapAttrs (_: built) ferrite.templates
)
