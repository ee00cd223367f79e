# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A check that a kernel which takes signed modules only does so; with keys that are made for it and thrown away.
{
  mkDerivation,
  lib,
  machineWith,
  openssl,
  sign,
}:
let
  # It trusts nobody.
  kernel = lib.mkKernel { signedBy = [ ]; };
  inherit (machineWith { inherit kernel; }) driver testVm;

  # Whose key nobody has.
  trusting = lib.mkKernel { signedBy = [ ./certificate.pem ]; };

  key = builtins.toFile "key.pem" "-----BEGIN PRIVATE KEY-----\n";
  refusesKeys = !(builtins.tryEval (lib.mkKernel { signedBy = [ key ]; }).outPath).success;
in
assert refusesKeys;
mkDerivation {
  name = "check-signing";
  script = ./check.sh;
  equal = ../equal.sh;
  insert = ../../kernel/insert-certificates.sh;
  inherit (lib) signatureTools;
  inherit (kernel) debug;
  inherit
    kernel
    trusting
    driver
    openssl
    ;
  sign = "${sign}/bin/sign";
  vm = "${testVm}/bin/vm";
}
