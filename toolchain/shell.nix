# SPDX-License-Identifier: MIT OR Apache-2.0
#
# An environment to work in, for `nix develop`: the pinned compilers, and cargo set up as in the sandbox, except that it takes
# crates from where the developer's own does.
{
  mkDerivation,
  mkWrapper,
  targets,
  nextest,
  nixfmt,
  shellcheck,
}:
let
  # As commands; mkWrapper, since patchelf breaks what GHC links.
  packages = [
    nextest
    nixfmt
    (mkWrapper {
      name = "shellcheck";
      program =
        "${shellcheck}/lib64/ld-linux-x86-64.so.2 "
        + "--library-path ${shellcheck}/usr/lib/x86_64-linux-gnu ${shellcheck}/usr/bin/shellcheck";
      prelude = "";
    })
  ];
in
# All attributes are variables in the shell.
#
# Type: mkShell :: { … } -> Derivation
# Example: mkShell { KDIR = kernel.dev; }
variables:
mkDerivation (
  targets
  // {
    name = "shell";
    script = ./shell.sh;
    # Nix runs it when the shell starts.
    shellHook = ''
      PATH=$PATH:${builtins.concatStringsSep ":" (map (package: "${package}/bin") packages)}
      # For builds that must not depend on who runs them.
      unset LC_ALL SOURCE_DATE_EPOCH
    '';
  }
  // variables
)
