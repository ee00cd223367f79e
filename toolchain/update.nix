# SPDX-License-Identifier: MIT OR Apache-2.0
#
# update: moves the pins, with the pinned apt.
{
  mkCargo,
  mkDerivation,
  busybox,
  apt,
}:
mkDerivation {
  name = "update";
  script = ./wrap-update.sh;
  inherit busybox apt;
  program = mkCargo {
    name = "update-program";
    members = [ "toolchain/update" ];
    run = ''
      cargo build --release --package update
      install -D -t "$out/bin" target/x86_64-unknown-linux-gnu/release/update
    '';
  };
}
