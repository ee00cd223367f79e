# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What this flake is for, as files that anyone can check: what boots, its hashes, what it was built from.
#
# out: the files; SHA256SUMS, of all others; sbom.spdx.json, every pinned package that went in; provenance.intoto.json, by which derivation.
# expected: the sums of what boots, as artifacts/SHA256SUMS of the repository has them.
{
  system,
  # Debian's name of it.
  architecture,
  mkDerivation,
  mkTool,
  pins,
  # What is unpacked on the way.
  trees,
  kernel,
  driver,
  chardevctl,
  initramfs,
  disk,
}:
let
  describe = mkTool {
    name = "describe";
    members = [
      "artifacts/describe"
      "artifacts/licences"
      "toolchain/explained"
    ];
  };

  files = import ./files.nix { inherit mkDerivation; } {
    Image = "${kernel}/Image";
    config = "${kernel}/config";
    "chardev.ko" = "${driver}/chardev.ko";
    "hello.ko" = "${driver}/hello.ko";
    "chardev.h" = "${driver}/include/uapi/chardev.h";
    chardevctl = "${chardevctl}/bin/chardevctl";
    "initramfs.cpio.zst" = "${initramfs}/initramfs.cpio.zst";
    "disk.img" = "${disk}/disk.img";
  };

  licences = import ./licences.nix { inherit mkDerivation describe; } {
    inherit trees;
    # Of these, no tree with their copyright files is at hand.
    packages = builtins.concatMap pins.set [
      "linux"
      "patchelf"
    ];
  };
in
mkDerivation {
  name = "artifacts";
  meta.description = "Kernel, modules, client and root file system, with hashes, bill of materials and provenance";
  outputs = [
    "out"
    "expected"
  ];
  script = ./package.sh;
  inherit files licences;
  lock = ../toolchain/pins.lock;
  describe = "${describe}/bin/describe";
  # As `nix build` takes it. The derivation has $system anyway.
  attribute = "artifacts";
  inherit architecture;
  # Only the description, and those of all that it is from: nothing is built for it.
  derivation = builtins.unsafeDiscardOutputDependency files.drvPath;
}
