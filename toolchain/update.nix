# SPDX-License-Identifier: MIT OR Apache-2.0
#
# update: moves the pins, with the pinned apt. Where the machine has an apt of its own, its configuration says
# which mirror to ask.
{
  mkCargo,
  mkWrapper,
  apt,
}:
let
  program = mkCargo {
    name = "update-program";
    members = [ "toolchain/update" ];
    run = ''
      cargo build --release --package update
      install -D -t "$out/bin" target/x86_64-unknown-linux-gnu/release/update
    '';
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
