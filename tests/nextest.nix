# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A check that runs tests of the workspace under the pinned cargo-nextest.
{ mkCargo, nextest }:
# members, files: as for mkCargo.
# packages: cargo's arguments that say which packages, and for which target.
# prepare: shell commands in the workspace before that, such as to set the environment.
# documentation: whether the examples in the packages' documentation run too, which nextest knows nothing of.
# profile: of .config/nextest.toml.
#
# out: junit.xml; with `documentation` also documentation.txt, a line an example. Both are the same each time.
#
# Type: mkNextest :: { name :: String, members :: [ String ], packages :: String, … } -> Derivation
# Example: mkNextest { name = "check-vm"; members = [ "vm/runner" ]; packages = "--package vm-runner"; }
{
  packages ? "--workspace",
  prepare ? "",
  documentation ? false,
  profile ? "ci",
  files ? [ ],
  ...
}@arguments:
mkCargo (
  {
    files = files ++ [ ".config/nextest.toml" ];
    junit = ./junit.sh;
    run = ''
      ${prepare}
      PATH=$PATH:${nextest}/bin
      cargo nextest run --profile ${profile} ${packages}
      mkdir "$out"
      "$SHELL" -euo pipefail "$junit" target/nextest/${profile}/junit.xml >"$out/junit.xml"
    ''
    + (
      if documentation then
        ''
          cargo test --doc ${packages} | tee documentation
          sed -n '/^test .* ok$/p' documentation | LC_ALL=C sort >"$out/documentation.txt"
        ''
      else
        ""
    );
  }
  // removeAttrs arguments [
    "packages"
    "prepare"
    "documentation"
    "profile"
    "files"
  ]
)
