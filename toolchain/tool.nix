# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A program for the host that waits for others: quick to be there, not quick. What these take of the registry is compiled once for all.
{
  host,
  mkCrates,
  mkProgram,
}:
let
  # In folders that are called as their packages.
  programs = [
    "artifacts/describe"
    "artifacts/reproduce"
    "tests/uncovered"
    "toolchain/sign"
    "toolchain/update"
    "toolchain/verify"
  ];

  crates = mkCrates {
    name = "tool-crates";
    members = programs ++ [
      "artifacts/licences"
      "toolchain/explained"
      "toolchain/pins"
      "toolchain/test-archive"
    ];
    compile = builtins.concatStringsSep "\n" (
      map (
        folder:
        "cargo build --profile tool --package ${baseNameOf folder} --target ${host.machine}-unknown-linux-gnu"
      ) programs
    );
  };
in
# As mkProgram, of one of the programs above. For another one, crates would be missing, which fails the build.
#
# Type: mkTool :: { name :: String, members :: [ String ], … } -> Derivation
# Example: mkTool { name = "sign"; members = [ "toolchain/explained" "toolchain/sign" ]; }
arguments:
mkProgram (
  {
    profile = "tool";
    inherit crates;
  }
  // arguments
)
