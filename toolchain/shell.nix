# SPDX-License-Identifier: MIT OR Apache-2.0
#
# An environment to work in, for `nix develop`: the pinned compilers, and cargo set up as in the sandbox, except that it takes
# crates from where the developer's own does.
{
  mkDerivation,
  targets,
  # Derivations with a bin/ folder, besides the tools.
  packages,
}:
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
    # Said although it is the default: Nix reads it from the environment.
    outputs = [ "out" ];
    # Nix runs it when the shell starts.
    shellHook = ''
      PATH=${builtins.concatStringsSep ":" (map (package: "${package}/bin") packages)}:$PATH
      # The archive's cargo does not look at the one, only at the other.
      [ -z "''${SSL_CERT_FILE-}" ] || export CARGO_HTTP_CAINFO=''${CARGO_HTTP_CAINFO-$SSL_CERT_FILE}
      # For builds that must not depend on who runs them.
      unset LC_ALL SOURCE_DATE_EPOCH
    '';
  }
  // variables
)
