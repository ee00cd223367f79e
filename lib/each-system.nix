# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A flake's outputs, for each kind of machine that builds.
#
# outputs: from the name of a system, the outputs that a flake has one a system of.
#
# Type: (String -> AttrSet) -> AttrSet
# Example: eachSystem (system: { formatter = f system; }) -> { formatter.x86_64-linux = …; formatter.aarch64-linux = …; }
outputs:
let
  bySystem = builtins.mapAttrs (system: _: outputs system) (import ../toolchain/hosts.nix);
in
builtins.mapAttrs (name: _: builtins.mapAttrs (_: outputs: outputs.${name}) bySystem) (
  builtins.head (builtins.attrValues bySystem)
)
