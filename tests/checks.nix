# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What `nix flake check` builds: each passes by being built. Those that run tests leave the list of them.
{
  mkDerivation,
  mkCargo,
  aarch64,
  kernel,
  sourceFiles,
  inTree,
  driver,
  seed,
  vm,
  apt,
  shellcheck,
  thirdParty,
  repository,
}:
let
  members = [
    "tests/bench"
    "tests/driver"
    "tests/machine"
    "toolchain/seed"
    "toolchain/update"
    "userland/abi"
    "userland/chardevctl"
    "userland/client"
    "vm/init"
    "vm/protocol"
    "vm/runner"
  ];

  # `cargo test`, with the list of what ran as the result.
  test = arguments: ''
    cargo test ${arguments} 2>&1 | tee log
    grep '^test .* \.\.\. ' log | sort >"$out"
  '';
in
{
  # The programs' own tests, the layout of the ABI against the C header among them.
  units = mkCargo {
    name = "check-units";
    inherit members apt;
    files = [ "driver/include" ];
    run = ''
      export CFLAGS=--sysroot=$aarch64
      export FERRITE_APT_CONFIG=$apt/etc/apt/relocated.conf PATH=$PATH:$apt/usr/bin
      ${test "--workspace --exclude ferrite-tests --exclude driver-tests"}
    '';
  };

  # The driver, by tests that run in the machine.
  driver = mkCargo {
    name = "check-driver";
    members = [
      "tests/driver"
      "userland/abi"
    ];
    files = [ "tests/run-in-guest.sh" ];
    FERRITE_VM = "${vm}/bin/vm";
    # All of them run in one machine here.
    FERRITE_VM_ARGUMENTS = "--timeout 300";
    run = ''
      export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="bash $PWD/tests/run-in-guest.sh"
      ${test "--package driver-tests --target aarch64-unknown-linux-gnu"}
    '';
  };

  # The machine as a user has it; every test starts its own.
  machine = mkCargo {
    name = "check-machine";
    members = [ "tests/machine" ];
    FERRITE_VM = "${vm}/bin/vm";
    run = test "";
  };

  # The C header, for every language and caller that it is for; the programs are run in the machine.
  abi = mkDerivation {
    name = "check-abi";
    script = ./abi/check.sh;
    vm = "${vm}/bin/vm";
    header = ../driver/include/uapi;
    headerTest = ./abi/header.c;
    commands = ./abi/commands.c;
    nolibc = sourceFiles [ "tools/include/nolibc" ];
    inherit aarch64;
  };

  # Programs that know nothing of the driver, among them some that are made to break drivers.
  third-party = mkDerivation {
    name = "check-third-party";
    script = ./third-party.sh;
    vm = "${vm}/bin/vm";
    programs = thirdParty;
  };

  # The driver in the kernel's own tree: each part once built in, and once as a module.
  in-tree = mkDerivation {
    name = "check-in-tree";
    script = ./in-tree.sh;
    vm = "${vm}/bin/vm";
    builtin = inTree [
      "CONFIG_FERRITE_CHARDEV=y"
      "CONFIG_FERRITE_HELLO=m"
    ];
    modular = inTree [
      "CONFIG_FERRITE_CHARDEV=m"
      "CONFIG_FERRITE_HELLO=y"
    ];
  };

  lint-rust = mkCargo {
    name = "check-lint-rust";
    inherit members;
    files = [ "driver/include" ];
    run = ''
      cargo fmt --all --check
      cargo clippy --workspace --all-targets -- --deny warnings
      touch "$out"
    '';
  };

  # The kernel's own rules for its Rust code.
  lint-driver = mkDerivation {
    name = "check-lint-driver";
    script = ./lint-driver.sh;
    inherit (driver) source;
    kernel = kernel.dev;
  };

  lint-shell = mkDerivation {
    name = "check-lint-shell";
    script = ./lint-shell.sh;
    inherit shellcheck;
    source = builtins.path {
      name = "scripts";
      path = repository;
      filter =
        file: type:
        type == "directory" || builtins.match ".*(\\.sh|/nixw|/\\.ci/run|/\\.shellcheckrc)" file != null;
    };
  };

  # The committed seeds are what their source gives.
  seed = mkDerivation {
    name = "check-seed";
    script = ./compare-seed.sh;
    built = seed;
    committed = builtins.path {
      name = "seed";
      path = repository + "/toolchain/seed";
    };
  };
}
