# SPDX-License-Identifier: MIT OR Apache-2.0
#
# update: moves the pins, with the pinned apt. Where the machine has an apt of its own, its configuration says
# which mirror to ask.
{
  mkTool,
  mkWrapper,
  apt,
}:
let
  program = mkTool {
    name = "update";
    members = [
      "toolchain/explained"
      "toolchain/pins"
      "toolchain/test-archive"
      "toolchain/update"
    ];
  };
in
mkWrapper {
  name = "update";
  meta.description = "Moves the pins to what the archive holds now";
  program = "${program}/bin/update";
  prelude = ''
    export FERRITE_APT_CONFIG="${apt}/etc/apt/relocated.conf"
    export FERRITE_KEYRINGS="${apt}/usr/share/keyrings"
    export PATH="${apt}/usr/bin:$PATH"
  '';
}
