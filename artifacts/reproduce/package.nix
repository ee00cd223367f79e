# SPDX-License-Identifier: MIT OR Apache-2.0
#
# reproduce: builds something again under other circumstances, with the pinned Nix and the machine's own, and compares.
{
  mkTool,
  mkWrapper,
  nix,
  diffoscope,
}:
let
  program = mkTool {
    name = "reproduce";
    members = [
      "artifacts/reproduce"
      "toolchain/explained"
    ];
  };
in
mkWrapper {
  name = "reproduce";
  meta.description = "Builds artifacts again under other circumstances, and says in what they differ";
  program = "${program}/bin/reproduce";
  prelude = ''
    export FERRITE_NIX="''${FERRITE_NIX-${nix}/usr/bin/nix}"
    export FERRITE_DIFFOSCOPE="''${FERRITE_DIFFOSCOPE-${diffoscope}/bin/diffoscope}"
    own=$(command -v nix) && set -- --other-nix "$own" "$@"
  '';
}
