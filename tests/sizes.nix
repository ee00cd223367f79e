# SPDX-License-Identifier: MIT OR Apache-2.0
#
# How large things are, and whether they may be.
{
  mkDerivation,
  # Of the toolchain: it writes a store path as a cache would send it, but for the packing.
  nix,
  kernel,
  initramfs,
  driver,
  chardevctl,
  vm,
}:
let
  mebibyte = 1024 * 1024;

  # What is limited, and what is only watched (0). A closure is a store path and all that it needs.
  parts = [
    {
      # docs/benchmarks.md says what keeps it below.
      name = "Image";
      limit = 5 * mebibyte;
      file = "${kernel}/Image";
    }
    {
      name = "initramfs";
      limit = 5 * mebibyte / 2;
      file = "${initramfs}/initramfs.cpio.zst";
    }
    {
      name = "closure of vm";
      limit = 120 * mebibyte;
      closure = "vm";
    }
    {
      name = "chardev.ko";
      limit = 0;
      file = "${driver}/chardev.ko";
    }
    {
      name = "hello.ko";
      limit = 0;
      file = "${driver}/hello.ko";
    }
    {
      name = "chardevctl";
      limit = 0;
      file = "${chardevctl}/bin/chardevctl";
    }
  ];

  # The guest's memory in which it boots and does the round trip.
  memory = "64M";

  line =
    part:
    if part ? file then
      "file ${toString part.limit} ${part.file} ${part.name}\n"
    else
      "closure ${toString part.limit} ${part.closure} ${part.name}\n";

  # Lines of BYTES LIMIT NAME.
  sizes = mkDerivation {
    name = "sizes";
    script = ./measure-sizes.sh;
    parts = builtins.concatStringsSep "" (map line parts);
    # Nix puts the paths of the closure there.
    exportReferencesGraph = [
      "vm"
      vm
    ];
    inherit nix;
  };
in
{
  inherit sizes;

  check = mkDerivation {
    name = "check-sizes";
    script = ./sizes.sh;
    equal = ./equal.sh;
    vm = "${vm}/bin/vm";
    inherit sizes memory;
  };
}
