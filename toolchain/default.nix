# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Everything that builds, made from the pinned archive; and two programs for those who work on it, from cargo's registry.
{ system }:
let
  host = (import ./hosts.nix).${system};

  pins = import ./pins.nix { inherit (host) architecture; };
  busybox = import ./busybox.nix { inherit system pins; };
  tree = import ./tree.nix {
    inherit
      system
      host
      pins
      busybox
      ;
  };
  tools = import ./tools.nix {
    inherit host;
    inherit (tree) relocate;
  };

  mkDerivation = import ./derivation.nix { inherit system host tools; };

  # Headers, static libraries and Rust's standard library for programs of the guest.
  aarch64 = tree.unpack {
    name = "aarch64";
    sets = [ "aarch64" ];
  };

  crates = tree.unpack {
    name = "crates";
    sets = [ "crates" ];
  };
  registry = "${crates}/usr/share/cargo/registry";

  targets = import ./targets.nix {
    inherit
      host
      tools
      aarch64
      registry
      ;
  };

  mkCargo = import ./rust.nix {
    inherit
      mkDerivation
      tools
      aarch64
      targets
      registry
      ;
  };

  mkCrates = import ./crates.nix { inherit mkCargo; };

  mkProgram = import ./program.nix { inherit host mkCargo mkCrates; };
  mkTool = import ./tool.nix { inherit host mkCrates mkProgram; };

  mkWrapper = import ./wrapper.nix { inherit mkDerivation busybox; };

  crate = import ./crate.nix {
    inherit
      host
      mkDerivation
      mkWrapper
      tools
      ;
    # Without the archive's crates: one more of those would build these programs anew.
    targets = import ./targets.nix { inherit host tools aarch64; };
    certificates = tree.unpack {
      name = "certificates";
      sets = [ "certificates" ];
    };
  };

  nextest = crate.mkCrate {
    name = "cargo-nextest";
    version = "0.9.98";
    hash = "sha256-h7AsjNSJet8/TzOfyUT+oIUyinWO9Xn15FAF+g7KngU=";
    features = [ "default-no-update" ];
    meta.description = "Runs the tests, each in a process of its own";
  };

  # nixfmt itself is Haskell; this one gives the same, byte for byte. It is written for Rust 1.88.
  nixfmt = crate.mkCrate {
    name = "nixfmt_rs";
    version = "0.5.3";
    hash = "sha256-Ho1NfpnuvBA7WrDNnGXv82YzuUzNwaPndg4mGgDgq+Q=";
    features = [ "cli" ];
    unstable = [
      "integer_sign_cast"
      "let_chains"
    ];
    patch = "sed -i 's/const fn is_trailing/fn is_trailing/' src/lexer/trivia.rs";
    meta = {
      description = "Formats Nix files";
      mainProgram = "nixfmt";
    };
  };

  apt = import ./apt.nix { inherit (tree) relocate; };

  gdb = import ./gdb.nix {
    inherit (tree) relocate;
    inherit mkWrapper;
  };

  openssl = import ./openssl.nix {
    inherit host tools;
    inherit (tree) relocate;
  };

  # mkfs.fat, mcopy, mkfs.erofs, sfdisk and their kin.
  diskTools = tree.relocate {
    name = "disk-tools";
    sets = [ "disk" ];
  };

  diffoscope = import ./diffoscope.nix {
    inherit (tree) unpack command;
    inherit
      tools
      diskTools
      mkDerivation
      mkWrapper
      ;
  };

  lintian = import ./lintian.nix {
    inherit (tree) unpack;
    inherit
      host
      pins
      busybox
      tools
      mkDerivation
      mkWrapper
      ;
  };

  # rust-analyzer and clangd, which editors ask.
  editor = tree.relocate {
    name = "editor";
    sets = [ "editor" ];
    postInstall = ''
      ln -s clangd-19 "$out/usr/bin/clangd"
    '';
  };

  # Run through its loader: patchelf breaks what is linked for one address.
  python = tree.unpack {
    name = "python";
    sets = [ "python" ];
  };

  # Modules for that Python.
  yaml = tree.unpack {
    name = "yaml";
    sets = [ "yaml" ];
  };

  pythonCommand = tree.command python "python3";

  # Run through its loader: patchelf breaks what GHC links.
  shellcheck = mkWrapper {
    name = "shellcheck";
    program = tree.command (tree.unpack {
      name = "shellcheck";
      sets = [ "shellcheck" ];
    }) "shellcheck";
    prelude = "";
  };

  nix = tree.relocate {
    name = "nix";
    meta.description = "The Nix that nixw brings to a machine without one";
    sets = [ "nix" ];
  };

  seed = import ./seed.nix { inherit host mkCargo; };
in
{
  inherit
    pins
    busybox
    tools
    aarch64
    mkDerivation
    mkCargo
    mkCrates
    mkProgram
    mkTool
    mkWrapper
    apt
    diffoscope
    diskTools
    editor
    gdb
    lintian
    nextest
    nix
    openssl
    seed
    targets
    nixfmt
    python
    pythonCommand
    shellcheck
    yaml
    ;

  inherit (crate) fetchCrate;
  inherit (host) architecture;

  archiveCrates = crates;

  # What comes from cargo's registry, for nixw: a line each, "STORE-PATH CRATE VERSION".
  crates = builtins.concatStringsSep "" (
    map
      (
        program:
        "${builtins.unsafeDiscardStringContext program.sources.outPath} ${program.crate} ${program.version}\n"
      )
      [
        nextest
        nixfmt
      ]
  );

  mkShell = import ./shell.nix {
    inherit mkDerivation targets;
    packages = [
      editor
      gdb
      nextest
      nixfmt
      shellcheck
    ];
  };

  # What `nix fmt` runs: on the files that it is given, or all.
  format = mkWrapper {
    name = "format";
    program = "${nixfmt}/bin/nixfmt";
    prelude = "[ $# -gt 0 ] || set -- .";
    meta.description = "Formats the Nix files";
  };

  update = import ./update.nix { inherit mkTool mkWrapper apt; };
  verify = import ./verify.nix {
    inherit
      mkTool
      mkWrapper
      apt
      nix
      pins
      seed
      ;
  };

  # The static busybox of the guest.
  guest = tree.unpack {
    name = "guest";
    sets = [ "guest" ];
  };

  qemu = tree.relocate {
    name = "qemu";
    meta.description = "QEMU for arm64 machines";
    sets = [ "qemu" ];
    postInstall = builtins.readFile ./qemu.sh;
  };

  zstd = tree.relocate {
    name = "zstd";
    sets = [ "zstd" ];
  };

  # UEFI for QEMU's arm64 machine.
  firmware = tree.unpack {
    name = "firmware";
    sets = [ "firmware" ];
  };

  # dropbear and ssh, for builds on another machine where this one lacks them.
  ssh = tree.relocate {
    name = "ssh";
    meta.description = "An ssh client, and a small server";
    sets = [ "ssh" ];
  };

  # For tests on x86_64, of what an aarch64 machine begins with.
  qemuUser = tree.unpack {
    name = "qemu-user";
    sets = [ "qemu-user" ];
  };

  # Programs of the guest that are others', with their libraries.
  thirdParty = tree.unpack {
    name = "third-party";
    sets = [ "third-party" ];
  };

  # What the benchmark compares with: Debian's kernel, virtme-ng, and a shell for the guest of that.
  debianKernel = tree.unpack {
    name = "debian-kernel-packages";
    sets = [ "debian-kernel" ];
  };
  virtme = tree.unpack {
    name = "virtme-ng";
    sets = [ "virtme-ng" ];
  };
  virtmeGuest = tree.unpack {
    name = "virtme-ng-guest";
    sets = [ "virtme-ng-guest" ];
  };

  # The same, of those that set a device up.
  udev = tree.unpack {
    name = "udev";
    sets = [ "udev" ];
  };
}
