# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Linux of the pinned archive, configured and built by nixpkgs: the locked nixpkgs has none that is new enough.
{
  # nixpkgs for the machine that it is to run on. Cross-compiling ones will do.
  pkgs,
  # The `linux-source` package of the archive.
  source,
}:
let
  version = builtins.head (builtins.match ".*_([0-9.]+)-.*" source.name);
in
pkgs.linuxPackagesFor (
  pkgs.linux_latest.override {
    argsOverride = {
      inherit version;
      modDirVersion = version;
      src = pkgs.buildPackages.runCommand "linux-${version}.tar.xz" { } ''
        ${pkgs.buildPackages.dpkg}/bin/dpkg-deb --fsys-tarfile ${source} |
          tar -xO --wildcards './usr/src/linux-source-*.tar.xz' >"$out"
      '';
      # Some of what nixpkgs sets is of another release.
      ignoreConfigErrors = true;
    };
  }
)
