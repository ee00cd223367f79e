# SPDX-License-Identifier: MIT OR Apache-2.0
#
# chardevctl, built as nixpkgs builds programs in Rust: `pkgs.callPackage ./nixpkgs.nix { }`.
{ lib, rustPlatform }:
let
  root = ../.;

  # What package.nix calls, in terms of rustPlatform. The machine is what the packages are for.
  mkProgram =
    {
      name,
      members,
      postInstall,
      meta,
      ...
    }:
    rustPlatform.buildRustPackage {
      pname = name;
      inherit ((lib.importTOML (root + "/Cargo.toml")).workspace.package) version;
      src = lib.fileset.toSource {
        inherit root;
        fileset = lib.fileset.unions (
          map (path: root + "/${path}") (
            [
              "Cargo.toml"
              "Cargo.lock"
            ]
            ++ members
          )
        );
      };
      cargoLock.lockFile = root + "/Cargo.lock";
      # The workspace is what is here of it.
      postPatch = ''
        sed -i 's|^members = .*|members = ${builtins.toJSON members}|' Cargo.toml
      '';
      cargoBuildFlags = [
        "--package"
        name
      ];
      cargoTestFlags = [
        "--package"
        name
      ];
      inherit postInstall;
      meta = meta // {
        license = with lib.licenses; [
          mit
          asl20
        ];
        mainProgram = name;
        platforms = [
          "aarch64-linux"
          "x86_64-linux"
        ];
      };
    };
in
import ./package.nix { inherit mkProgram; }
