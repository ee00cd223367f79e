# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What `nix flake check` builds: each passes by being built. Those that run tests leave what nextest says of them. What costs much and
# seldom tells something new is in thorough.nix.
{
  system,
  mkDerivation,
  mkCargo,
  mkWrapper,
  lib,
  aarch64,
  architecture,
  artifacts,
  nix,
  nixfmt,
  kernel,
  sourceFiles,
  driver,
  initramfs,
  seed,
  twin,
  sizes,
  mkFuzzCheck,
  vm,
  # With another module than the driver.
  anyVm,
  gdb,
  disk,
  deb,
  debug,
  busybox,
  apt,
  lintian,
  reproduce,
  shellcheck,
  pins,
  python,
  qemuUser,
  thirdParty,
  udev,
  update,
  verify,
  yaml,
  workspace,
  driverTests,
  overlay,
  repository,
  ferrite,
}:
let
  inherit (workspace) members crates mkNextest;

  # The driver's suites, each test in a machine of its own.
  #
  # Type: mkDriverCheck :: { name, filter :: String, vm, initramfs, driver :: Derivation, options :: String } -> Derivation
  # Example: mkDriverCheck { name = "check-driver"; inherit vm initramfs driver; }
  mkDriverCheck =
    {
      name,
      vm,
      initramfs,
      driver,
      options ? "",
      filter ? "package(driver-tests)",
    }:
    mkNextest {
      inherit name filter;
      # Two sleep.
      arguments = "--test-threads $((NIX_BUILD_CORES + 2))";
      FERRITE_VM = "${vm}/bin/vm";
      FERRITE_VM_ARGUMENTS = options;
      FERRITE_INITRAMFS = "${initramfs}/initramfs.cpio.zst";
      FERRITE_MODULES = driver;
      FERRITE_GUEST_TESTS = "${driverTests}/bin";
    };
in
{
  # The programs' own tests, the layout of the ABI against the C header among them.
  units = mkNextest {
    name = "check-units";
    filter = "not package(/^((artifact|ferrite|driver|editor)-tests|reproduce)$/)";
    files = [ "driver/include" ];
    inherit apt;
    prepare = ''
      install -D -m 644 -t "$out" "$programs/documentation.txt"
      export CFLAGS=--sysroot=$aarch64
      export FERRITE_APT_CONFIG=$apt/etc/apt/relocated.conf FERRITE_APT_HELPER=$apt/usr/lib/apt/apt-helper PATH=$PATH:$apt/usr/bin
    '';
  };

  # The driver, by tests that run in the machine.
  driver = mkDriverCheck {
    name = "check-driver";
    inherit vm initramfs driver;
  };

  # The same and what takes the debug kernel, under all of its checkers; and the KUnit cases. Not the harness' own tests, nor the loads
  # of which thorough.nix has a thousand: what those leave, the faults of loads would leave too, which are looked through for leaks.
  driver-debug = mkDriverCheck {
    name = "check-driver-debug";
    filter = "package(driver-tests) and binary(machine) and not test(=guest::leaks::loading_and_unloading_leaves_nothing)";
    inherit (debug)
      vm
      initramfs
      driver
      options
      ;
  };

  # Some random operations; thorough.nix has many.
  fuzz = mkFuzzCheck {
    name = "check-fuzz";
    operations = [ 50000 ];
    debugOperations = 4000;
  };

  # The machine as a user has it; every test starts its own. Many of them wait for one to be given up.
  machine = mkNextest {
    name = "check-machine";
    filter = "package(ferrite-tests) and binary(machine)";
    arguments = "--test-threads $((2 * NIX_BUILD_CORES))";
    FERRITE_VM = "${anyVm}/bin/vm";
  };

  # chardevctl, the modules and gdb, as a user has them.
  chardev = mkNextest {
    name = "check-chardev";
    filter = "package(ferrite-tests) and binary(chardev)";
    FERRITE_VM = "${vm}/bin/vm";
    FERRITE_GDB = "${gdb}/bin/vm-gdb";
  };

  # From the first instruction of the firmware to the round trip.
  disk = mkDerivation {
    name = "check-disk";
    script = ./disk.sh;
    equal = ./equal.sh;
    inherit (disk)
      qemu
      firmware
      diskTools
      image
      ;
    vm = "${disk.vm}/bin/vm";
  };

  # A binary cache: what is signed by a key that is trusted is taken, all else refused.
  cache = import ./reuse/package.nix {
    inherit
      mkDerivation
      mkWrapper
      busybox
      nix
      ;
  };

  # What the folder of artifacts says of itself is so, and its hashes are those that the repository expects.
  artifacts = mkNextest {
    name = "check-artifacts";
    filter = "package(artifact-tests)";
    files = [
      "artifacts/SHA256SUMS"
      "docs/build-type.md"
      "driver/hello.rs"
      "toolchain/pins.lock"
      "toolchain/unpack.sh"
    ];
    FERRITE_ARTIFACTS = artifacts;
    FERRITE_ARCHITECTURE = architecture;
    FERRITE_SYSTEM = system;
    # That they are built from these is for the graph of derivations to find, and for this to confirm.
    FERRITE_SETS = "aarch64 busybox crates disk guest linux patchelf tools zstd";
  };

  # What is built anew and differs is seen to, and shown.
  reproduce = mkNextest {
    name = "check-reproduce";
    filter = "package(reproduce)";
    FERRITE_REPRODUCE = "${reproduce}/bin/reproduce";
    FERRITE_NIX = "${nix}/usr/bin/nix";
    FERRITE_BUSYBOX = "${busybox}/usr/bin/busybox";
  };

  # What the Debian packages install: the module is built as DKMS does it.
  deb = mkDerivation {
    name = "check-deb";
    script = ./deb.sh;
    equal = ./equal.sh;
    inherit apt deb;
    kernel = kernel.dev;
    vm = "${vm}/bin/vm";
  };

  # The driver's twin in C, which the benchmark compares it with, is still one.
  twin = lib.mkVmTest {
    name = "check-twin";
    script = ./twin/check.sh;
    share = twin;
    inherit vm;
  };

  # What is downloaded and what is booted is small.
  sizes = sizes.check;

  # What `nix flake init` gives works as it stands.
  template = import ./templates.nix { inherit system mkDerivation ferrite; };

  # The pages in docs/ say what is so.
  docs = mkDerivation {
    name = "check-docs";
    script = ./docs/check.sh;
    equal = ./equal.sh;
    header = ../driver/include/uapi/chardev.h;
    templates = ../templates;
    pages = builtins.path {
      name = "pages";
      path = repository;
    };
  };

  # With a store of its own, what `verify` sees of one that was tampered with.
  verify = mkDerivation {
    name = "check-verify";
    script = ./verify.sh;
    equal = ./equal.sh;
    archive = ../toolchain/test-archive/data;
    verify = verify.program;
    update = update.program;
    inherit apt nix;
  };

  # What `nixw` makes of a mirror's files on a machine with nothing.
  nixw = mkDerivation {
    name = "check-nixw";
    script = ./nixw.sh;
    equal = ./equal.sh;
    nixw = ../nixw;
    archive = ../toolchain/test-archive/data;
    inherit apt;
  };

  # What the flake's `lib` refuses.
  lib = import ./lib/package.nix { inherit mkDerivation lib; };

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
    equal = ./equal.sh;
    vm = "${vm}/bin/vm";
    programs = thirdParty;
  };

  # What an administrator sets the devices up with.
  udev = mkDerivation {
    name = "check-udev";
    script = ./udev.sh;
    equal = ./equal.sh;
    vm = "${vm}/bin/vm";
    programs = udev;
    inherit driver;
  };

  # What the overlay asks nixpkgs for. Its cases are over when they are evaluated.
  overlay = mkDerivation {
    name = "check-overlay";
    script = builtins.toFile "passed.sh" ''printf '%s\n' "$cases" >"$out"'';
    cases = builtins.concatStringsSep "\n" (import ./nixos/overlay.nix { inherit overlay driver; });
  };

  # What a kernel is built anew for: no driver, test or page. The same.
  rebuilds = mkDerivation {
    name = "check-rebuilds";
    script = builtins.toFile "passed.sh" ''printf '%s\n' "$cases" >"$out"'';
    cases = builtins.concatStringsSep "\n" (
      import ./rebuilds.nix {
        inherit system repository;
        packages = ferrite.packages.${system};
      }
    );
  };

  lint-rust = mkCargo {
    name = "check-lint-rust";
    inherit members crates;
    files = [
      "driver/include"
      "rustfmt.toml"
    ];
    run = ''
      cargo fmt --all --check
      cargo clippy --workspace --all-targets -- --deny warnings
      cargo clippy --workspace --test guest --test crashes -- --deny warnings
      touch "$out"
    '';
  };

  # The kernel's own rules for its Rust code.
  lint-driver = lib.mkKernelModule {
    name = "check-lint-driver";
    src = driver.source;
    inherit kernel;
    makeFlags = [
      "CLIPPY=1"
      "W=e"
    ];
    postInstall = ''
      find "$source" -name '*.rs' -exec rustfmt --check --edition 2021 --config-path "$kernel/.rustfmt.toml" {} +
    '';
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

  # Debian's own rules for its packages.
  lint-deb = mkDerivation {
    name = "check-lint-deb";
    script = ./lint-deb.sh;
    equal = ./equal.sh;
    inherit apt deb lintian;
  };

  # What continuous integration does.
  lint-ci = mkDerivation {
    name = "check-lint-ci";
    script = ./ci/check.sh;
    equal = ./equal.sh;
    settings = ./ci/yamllint.yaml;
    steps = ./ci/steps.py;
    inherit python shellcheck yaml;
    names = builtins.attrNames (builtins.readDir repository);
    source = builtins.path {
      name = "ci";
      path = repository;
      filter = file: type: builtins.match ".*/(\\.github|workflows|[^/]*\\.yml)" file != null;
    };
  };

  lint-nix = mkDerivation {
    name = "check-lint-nix";
    script = ./lint-nix.sh;
    inherit nixfmt;
    source = builtins.path {
      name = "nix-files";
      path = repository;
      filter = file: type: type == "directory" || builtins.match ".*\\.nix" file != null;
    };
  };
}
// (
  if system == "x86_64-linux" then
    {
      # The committed seeds are what their source gives. The compiler's own machine shows in the order of functions.
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
    // import ./aarch64-host.nix {
      inherit
        mkDerivation
        pins
        qemuUser
        busybox
        ferrite
        ;
    }
  else
    { }
)
