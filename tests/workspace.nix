# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The workspace, and checks that run its tests.
{
  mkCargo,
  mkCrates,
  nextest,
}:
let
  members = [
    "artifacts/describe"
    "artifacts/licences"
    "artifacts/reproduce"
    "tests/artifacts"
    "tests/bench"
    "tests/compare"
    "tests/coverage"
    "tests/driver"
    "tests/editor"
    "tests/fuzz"
    "tests/harness"
    "tests/machine"
    "tests/told"
    "tests/uncovered"
    "toolchain/explained"
    "toolchain/pins"
    "toolchain/seed"
    "toolchain/sign"
    "toolchain/test-archive"
    "toolchain/update"
    "toolchain/verify"
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
    "vm/init"
    "vm/protocol"
    "vm/runner"
  ];

  crates = mkCrates {
    name = "tests-crates";
    inherit members;
    compile = ''
      cargo test --no-run --workspace
      cargo check --workspace --all-targets
    '';
  };

  programs = import ./programs.nix {
    inherit
      mkCargo
      nextest
      members
      crates
      ;
  };
in
{
  inherit members crates;
  mkNextest = import ./nextest.nix { inherit mkCargo nextest programs; };
}
