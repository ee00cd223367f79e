# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What is worth keeping in a binary cache: what takes longer to build than to download, and the machine. `nix copy` takes with it all
# that the result names. docs/scaling.md says how.
{ mkDerivation }:
# Type: mkCache :: [ Derivation ] -> Derivation
# Example: mkCache [ vm kernel kernel.dev tools ]
content:
mkDerivation {
  name = "cache";
  meta.description = "What is worth keeping in a binary cache: the toolchain, the kernels, the machine";
  script = builtins.toFile "cache.sh" ''printf '%s\n' $content >"$out"'';
  inherit content;
}
