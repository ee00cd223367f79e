# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The suites of the driver, and those that the harness is tested with, as programs for the guest.
{ mkCargo, mkCrates }:
let
  members = [
    "tests/coverage"
    "tests/driver"
    "tests/harness"
    "tests/told"
    "toolchain/explained"
    "userland/abi"
  ];
  # As the harness has it, in programs.rs.
  compile = toString [
    "RUSTC_BOOTSTRAP=1 cargo -Z panic-abort-tests --config profile.dev.panic=\"'abort'\""
    "test --no-run --package driver-tests --target aarch64-unknown-linux-gnu"
  ];
in
mkCargo {
  name = "driver-tests";
  meta.description = "The driver's suites: programs to be run inside the machine";
  inherit members;
  crates = mkCrates {
    name = "driver-tests-crates";
    inherit members compile;
  };
  run = ''
    ${compile} --test guest --test crashes
    for program in guest crashes; do
      install -D target/aarch64-unknown-linux-gnu/debug/deps/$program-???????????????? "$out/bin/$program"
    done
  '';
}
