# SPDX-License-Identifier: MIT OR Apache-2.0
#
# sign: signs modules with their user's key, on the user's own machine. A build would have to be given the key.
{
  mkTool,
  mkWrapper,
  signatureTools,
}:
let
  program = mkTool {
    name = "sign";
    members = [
      "toolchain/explained"
      "toolchain/sign"
    ];
  };
in
mkWrapper {
  name = "sign";
  meta.description = "Signs kernel modules with your key";
  program = "${program}/bin/sign";
  prelude = ''
    export FERRITE_SIGN_FILE="${signatureTools}/bin/sign-file"
  '';
}
