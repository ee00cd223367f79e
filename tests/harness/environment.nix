# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The variables that the harness needs outside of `nix develop` and the sandbox, as a file of JSON.
{
  mkDerivation,
  tools,
  targets,
}:
# All attributes are variables.
#
# Type: mkEnvironment :: { … } -> Derivation
# Example: mkEnvironment { KDIR = kernel.dev; FERRITE_VM = "${vm}/bin/vm"; }
variables:
mkDerivation {
  name = "environment.json";
  script = ./environment.sh;
  json = builtins.toJSON (
    builtins.mapAttrs (_: toString) (
      targets
      // {
        PATH = "${tools}/usr/lib/llvm-19/bin:${tools}/usr/bin";
        SHELL = "${tools}/usr/bin/bash";
        RUSTC = "${tools}/usr/bin/rustc";
      }
      // variables
    )
  );
}
