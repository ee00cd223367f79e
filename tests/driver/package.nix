# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The suites of the driver, as a program for the guest.
{ mkCargo }:
mkCargo {
  name = "driver-tests";
  meta.description = "The driver's suites: bin/guest, to be run inside the machine";
  members = [
    "tests/coverage"
    "tests/driver"
    "userland/abi"
  ];
  run = ''
    cargo test --no-run --package driver-tests --test guest --target aarch64-unknown-linux-gnu
    install -D target/aarch64-unknown-linux-gnu/debug/deps/guest-???????????????? "$out/bin/guest"
  '';
}
