# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A check that runs tests of the workspace under the pinned cargo-nextest.
{
  mkCargo,
  nextest,
  # A result of programs.nix.
  programs,
}:
# filter: nextest's expression for the tests that it runs.
# files: of the repository, that they read.
# prepare: shell commands in the workspace before that, such as to set the environment.
# arguments: for nextest.
# profile: of .config/nextest.toml.
#
# out: junit.xml, the same each time.
#
# Type: mkNextest :: { name :: String, filter :: String, files :: [ String ], prepare :: String, … } -> Derivation
# Example: mkNextest { name = "check-vm"; filter = "package(vm)"; }
{
  filter,
  files ? [ ],
  prepare ? "",
  arguments ? "",
  profile ? "ci",
  ...
}@attributes:
mkCargo (
  {
    inherit (programs) members;
    files = [ ".config/nextest.toml" ] ++ files;
    inherit programs;
    junit = ./junit.sh;
    # It would start each test by way of itself, for the sake of who stops it at a terminal.
    NEXTEST_DOUBLE_SPAWN = "0";
    run = ''
      ${prepare}
      # Links: the programs are large, and each check runs few of them.
      cp -rs --no-preserve=mode "$programs/target" target
      ${nextest}/bin/cargo-nextest nextest run --profile ${profile} --filterset '${filter}' ${arguments} \
        --binaries-metadata "$programs/binaries.json" --target-dir-remap target \
        --cargo-metadata "$programs/metadata.json" --workspace-remap .
      mkdir -p "$out"
      "$SHELL" -euo pipefail "$junit" target/nextest/${profile}/junit.xml >"$out/junit.xml"
    '';
  }
  // removeAttrs attributes [
    "filter"
    "files"
    "prepare"
    "arguments"
    "profile"
  ]
)
