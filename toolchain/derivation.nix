# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The little build environment: a derivation whose builder is a shell script that finds the tools in its path
# and nothing else. What stdenv is to nixpkgs.
{
  system,
  host,
  tools,
}:
let
  environment = {
    PATH = "${tools}/usr/lib/llvm-19/bin:${tools}/usr/bin:${tools}/usr/sbin";
    SHELL = "${tools}/usr/bin/bash";
    LC_ALL = "C";
    TZ = "UTC";
    SOURCE_DATE_EPOCH = "1";

    # Debian builds these places into its programs.
    PERL5LIB = "${tools}/usr/lib/${host.libraries}/perl-base";
    BISON_PKGDATADIR = "${tools}/usr/share/bison";
    M4 = "${tools}/usr/bin/m4";
    LIBCLANG_PATH = "${tools}/usr/lib/llvm-19/lib";
  };
in
# script: a file, run by `bash -euo pipefail` in an empty folder.
# meta: what nixpkgs means by it; not part of the build. All other attributes are the script's environment.
#
# Type: mkDerivation :: { name :: String, script :: Path, meta :: AttrSet, … } -> Derivation
# Example: mkDerivation { name = "sum"; script = ./sum.sh; file = ./data; }
{
  script,
  meta ? { },
  ...
}@arguments:
derivation (
  environment
  // {
    inherit system;
    builder = "${tools}/usr/bin/bash";
    args = [
      "-euo"
      "pipefail"
      script
    ];
  }
  // removeAttrs arguments [
    "script"
    "meta"
  ]
)
// {
  inherit meta;
}
