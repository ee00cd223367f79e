# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The registry's crates, compiled for members of the workspace but without these, so that no edit of a source compiles them again.
{ mkCargo }:
# members: that use them. Only their manifests count.
# compile: cargo's commands; members, targets and profile have to be those that the crates are then used with, and so all further attributes.
#
# out: target/, without what is the members' own.
#
# Type: mkCrates :: { name :: String, members :: [ String ], compile :: String, … } -> Derivation
# Example: mkCrates { name = "crates"; members = [ "toolchain/seed" ]; compile = "cargo test --no-run --workspace"; }
{ members, ... }@arguments:
mkCargo (
  {
    sources = map (member: "${member}/Cargo.toml") members;
    run = ". ${./crates.sh}";
  }
  // arguments
)
