# SPDX-License-Identifier: MIT OR Apache-2.0
#
# verify: checks the chain from the archive's signature to what was built, with the pinned gpgv, apt's program for downloads, and Nix.
{
  mkTool,
  mkWrapper,
  apt,
  nix,
  pins,
  # The seeds, built; they are compared if they are there.
  seed,
}:
# source: the repository.
# artifacts: the derivations whose inputs and content are checked, by name. They need not have been built.
#
# Type: verify :: { source :: Path, artifacts :: AttrSet } -> Derivation
# Example: verify { source = self; artifacts = { inherit kernel; }; }
{ source, artifacts }:
let
  program = mkTool {
    name = "verify";
    members = [
      "toolchain/explained"
      "toolchain/pins"
      "toolchain/test-archive"
      "toolchain/verify"
    ];
  };

  # A path, for what may be absent.
  place = derivation: builtins.unsafeDiscardStringContext derivation.outPath;
  line =
    name:
    let
      artifact = artifacts.${name};
    in
    "${name} ${place artifact} ${builtins.unsafeDiscardOutputDependency artifact.drvPath}\n";
  list = builtins.concatStringsSep "" (map line (builtins.attrNames artifacts));
in
mkWrapper {
  name = "verify";
  meta.description = "Checks the chain from the archive's signature to what was built";
  program = "${program}/bin/verify";
  prelude = ''
    export FERRITE_SOURCE="''${FERRITE_SOURCE-${source}}"
    export FERRITE_STORE_PINS="${builtins.toFile "pins" (pins.manifest + pins.extra)}"
    export FERRITE_ARTIFACTS="${builtins.toFile "artifacts" list}"
    export FERRITE_SEEDS="${place seed}"
    export FERRITE_APT_CONFIG="${apt}/etc/apt/relocated.conf"
    export FERRITE_APT_HELPER="${apt}/usr/lib/apt/apt-helper"
    export FERRITE_KEYRINGS="${apt}/usr/share/keyrings"
    export PATH="${apt}/usr/bin:${nix}/usr/bin:$PATH"
  '';
}
