# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Everything that builds, made from the pinned archive alone.
{ system }:
let
  pins = import ./pins.nix;
  busybox = import ./busybox.nix { inherit system pins; };
  tree = import ./tree.nix { inherit system pins busybox; };
  tools = import ./tools.nix { inherit (tree) relocate; };

  mkDerivation = import ./derivation.nix { inherit system tools; };

  # Headers, static libraries and Rust's standard library for programs of the guest.
  aarch64 = tree.unpack {
    name = "aarch64";
    sets = [ "aarch64" ];
  };

  mkCargo = import ./rust.nix {
    inherit mkDerivation tools aarch64;
    crates = tree.unpack {
      name = "crates";
      sets = [ "crates" ];
    };
  };

  mkProgram = import ./program.nix { inherit mkCargo; };

  mkWrapper = import ./wrapper.nix { inherit mkDerivation busybox; };

  apt = import ./apt.nix { inherit (tree) relocate; };
in
{
  inherit
    pins
    busybox
    tools
    aarch64
    mkDerivation
    mkCargo
    mkProgram
    mkWrapper
    apt
    ;

  seed = import ./seed.nix { inherit mkCargo; };
  update = import ./update.nix { inherit mkProgram mkWrapper apt; };

  # The static busybox of the guest.
  guest = tree.unpack {
    name = "guest";
    sets = [ "guest" ];
  };

  qemu = tree.relocate {
    name = "qemu";
    meta.description = "QEMU for arm64 machines";
    sets = [ "qemu" ];
  };

  nix = tree.relocate {
    name = "nix";
    meta.description = "The Nix that nixw brings to a machine without one";
    sets = [ "nix" ];
  };

  # Programs of the guest that are others', with their libraries.
  thirdParty = tree.unpack {
    name = "third-party";
    sets = [ "third-party" ];
  };

  # Run through its loader: patchelf breaks what GHC links.
  shellcheck = tree.unpack {
    name = "shellcheck";
    sets = [ "shellcheck" ];
  };
}
