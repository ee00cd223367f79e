# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The suites of the driver, and those that the harness is tested with, as programs for the guest.
{ mkCargo }:
mkCargo {
  name = "driver-tests";
  meta.description = "The driver's suites: programs to be run inside the machine";
  members = [
    "tests/coverage"
    "tests/driver"
    "tests/harness"
    "toolchain/explained"
    "userland/abi"
  ];
  run = ''
    cargo test --no-run --package driver-tests --test guest --test crashes --target aarch64-unknown-linux-gnu
    for program in guest crashes; do
      install -D target/aarch64-unknown-linux-gnu/debug/deps/$program-???????????????? "$out/bin/$program"
    done
  '';
}
