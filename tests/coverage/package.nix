# SPDX-License-Identifier: MIT OR Apache-2.0
#
# coverage: which lines of the driver ran while the suites and the fuzzer used it.
#
# out: index.html with each line of the driver, summary with the percentages by file and why they are not 100; uncovered, each place
#   that never ran.
# check: that each of these has a reason in tests/not-covered.txt, and the percentage is not below what the README says.
{
  mkDerivation,
  mkCargo,
  mkKernelModule,
  mkTool,
  # Of the driver.
  source,
  # That can show its memory: /proc/kcore.
  kernel,
  # The machine with it, and options for that.
  vm,
  options,
  # The suites and the fuzzer, as programs for the guest.
  programs,
}:
let
  counters = mkCargo {
    name = "coverage-counters";
    members = [ "tests/coverage" ];
    run = ''
      cargo build --release --package coverage --target aarch64-unknown-linux-gnu
      install -D -t "$out/bin" target/aarch64-unknown-linux-gnu/release/coverage
    '';
  };

  module = mkKernelModule {
    name = "driver-with-counters";
    src = source;
    inherit kernel;
    makeFlags = [
      "CONFIG_FERRITE_HELLO=n"
      "CONFIG_FERRITE_KUNIT_TEST=n"
      # The counters' run-time library would be found by the symbol; the tests read the counters instead.
      "ldflags-y=--defsym=__llvm_profile_runtime=0"
    ];
    KRUSTFLAGS = "-Cinstrument-coverage -Zno-profiler-runtime";
  };

  uncovered = mkTool {
    name = "uncovered";
    members = [
      "tests/uncovered"
      "toolchain/explained"
    ];
  };

  # All but the reasons, which change more often and do not take minutes.
  measured = mkDerivation {
    name = "coverage-measured";
    script = ./report.sh;
    guest = ./guest.sh;
    uncovered = "${uncovered}/bin/uncovered";
    programs = programs ++ [ counters ];
    vm = "${vm}/bin/vm";
    module = module.debug;
    inherit source options;
  };
  # Not in the folder of the crate: that is a source of all that it is measured with.
  notCovered = ../not-covered.txt;
in
mkDerivation {
  name = "coverage";
  meta.description = "Which lines of the driver the suites and the fuzzer run";
  script = ./explain.sh;
  inherit measured notCovered;
}
// {
  check = mkDerivation {
    name = "check-coverage";
    script = ../not-covered.sh;
    readme = ../../README.md;
    inherit measured notCovered;
  };
}
