# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Programs of the workspace, built by cargo from the archive's crates.
{
  mkDerivation,
  tools,
  aarch64,
  targets,
  registry,
}:
let
  root = ../.;

  # The workspace with some members, so that an edit elsewhere rebuilds nothing here.
  workspace =
    paths:
    let
      kept = [
        "Cargo.toml"
        "Cargo.lock"
      ]
      ++ paths;
      startsWith = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
    in
    builtins.path {
      name = "workspace";
      path = root;
      filter =
        file: _:
        let
          path = builtins.substring (builtins.stringLength (toString root) + 1) (-1) file;
        in
        builtins.any (keep: path == keep || startsWith "${keep}/" path || startsWith "${path}/" keep) kept;
    };
in
# members: of the workspace; nothing else is there.
# sources: what is there of the members, if not all.
# files: further paths of the repository that they read.
# crates: of mkCrates; cargo then compiles the members alone, or fails.
# run: shell commands, in the workspace, with cargo set up for static programs of both machines.
#
# Type: mkCargo :: { name :: String, members :: [ String ], files :: [ String ], run :: String, … } -> Derivation
# Example: mkCargo { name = "seed"; members = [ "toolchain/seed" ]; run = "cargo test"; }
{
  members,
  sources ? members,
  files ? [ ],
  ...
}@arguments:
mkDerivation (
  targets
  // {
    script = ./cargo.sh;
    buildFolder = ./build-folder.sh;
    offline = ./offline.sh;
    inherit
      tools
      aarch64
      registry
      members
      ;
    workspace = workspace (sources ++ files);
  }
  // removeAttrs arguments [
    "sources"
    "files"
  ]
)
