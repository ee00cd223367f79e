# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Checks that `nix flake check` leaves out, for they take longer than all of those, and few changes can make them fail. Continuous
# integration builds them; by hand, `nix build .#checksThorough` does, or one of them by its name.
#
# out: a link to the result of each.
{
  lib,
  mkDerivation,
  mkNextest,
  busybox,
  inTree,
  driverTests,
  fuzz,
  mkFuzzCheck,
  coverage,
  editor,
  languageServers,
  # Results of vm/machine.nix: with the kernel that users have, and with the one that checks itself.
  plain,
  debug,
  # With another module than the driver.
  anyVm,
}:
let
  vm = "${plain.testVm}/bin/vm";

  # A script that runs the driver's tests at length, all in one machine.
  #
  # Type: mkLongTest :: result of vm/machine.nix -> { name, options, script :: String } -> Derivation
  mkLongTest =
    machine: arguments:
    lib.mkVmTest (
      {
        inherit (machine) kernel;
        modules = [ machine.driver ];
        load = [ "chardev" ];
        programs = [ driverTests ];
      }
      // arguments
    );

  checks = {
    # Each test is seen to fail on a driver that is broken for it: they tell of the tests, not of the driver.
    mutants = import ./mutants/package.nix {
      inherit lib mkDerivation busybox;
      inherit (plain.driver) source;
      programs = [
        driverTests
        fuzz.program
      ];
      kernels = {
        plain = {
          inherit (plain) kernel options;
        };
        debug = {
          inherit (debug) kernel options;
        };
      };
    };

    # A million random operations: a change that is wrong fails in the first thousands, which `fuzz` has; these are for the rare rest.
    fuzz-million = mkFuzzCheck {
      name = "check-fuzz-million";
      operations = [
        500000
        490000
      ];
      debugOperations = 10000;
    };

    # Loaded and unloaded a thousand times, which leaves nothing.
    leaks = mkLongTest debug {
      name = "check-leaks";
      options = "${debug.options} --timeout 1200";
      script = ''
        FERRITE_LOADS=1000 guest --exact leaks::loading_and_unloading_leaves_nothing --include-ignored >/tmp/said || cat /tmp/said
        grep '1 passed; 0 failed' /tmp/said
      '';
    };

    # What goes wrong by chance has twenty times the chances.
    soak = mkLongTest plain {
      name = "check-soak";
      options = "--smp 4 --timeout 1200";
      script = ''
        export FERRITE_OFTEN=20 RUST_TEST_THREADS=1
        guest concurrency:: kill::at_work:: reload:: no_set_is_missed >/tmp/said || cat /tmp/said
        grep -E '1[0-9] passed; 0 failed' /tmp/said
      '';
    };

    # What of the driver the tests never come to is known, and why. All of them run once more for it, in one machine.
    coverage = coverage.check;

    # rust-analyzer and clangd, asked as editors ask them, find their way from the modules into the kernel.
    editor = mkNextest {
      name = "check-editor";
      filter = "package(editor-tests)";
      files = [
        "driver"
        "tests/abi"
        "tests/twin"
      ];
      prepare = ''
        ${editor}/bin/set-up-editor
        export PATH=$PATH:${languageServers}/usr/bin
      '';
    };

    # Machines whose processors hang keep one of this machine's busy until the time is up.
    machine-hangs = mkNextest {
      name = "check-machine-hangs";
      filter = "package(ferrite-tests)";
      arguments = "--run-ignored ignored-only";
      FERRITE_VM = "${anyVm}/bin/vm";
    };

    # The driver in the kernel's own tree, each part once built in, and once as a module: two kernels are linked for it.
    in-tree = mkDerivation {
      name = "check-in-tree";
      script = ./in-tree.sh;
      equal = ./equal.sh;
      inherit vm;
      builtin = inTree [
        "CONFIG_FERRITE_CHARDEV=y"
        "CONFIG_FERRITE_HELLO=m"
      ];
      modular = inTree [
        "CONFIG_FERRITE_CHARDEV=m"
        "CONFIG_FERRITE_HELLO=y"
      ];
    };
  };
  names = builtins.attrNames checks;
in
mkDerivation {
  name = "checks-thorough";
  script = ./thorough.sh;
  inherit names;
  results = map (name: checks.${name}) names;
}
// checks
// {
  inherit checks;
}
