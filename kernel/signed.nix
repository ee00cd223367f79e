# SPDX-License-Identifier: GPL-2.0
#
# What makes a kernel one that loads signed modules only.
{
  mkDerivation,
  # The kernel's own programs for signatures: see signature-tools.nix.
  signatureTools,
  openssl,
}:
let
  # The fragment says that nothing is signed; all else in it holds here too.
  unsigned = ./reproducible.config;
  reproducible = builtins.toFile "reproducible.config" (
    builtins.replaceStrings [ "# CONFIG_MODULE_SIG is not set\n" ] [ "" ] (builtins.readFile unsigned)
  );
in
{
  # mkDerivation, for package.nix.
  mkDerivation =
    arguments:
    mkDerivation (
      arguments
      // openssl.environment
      // {
        fragments =
          map (fragment: if fragment == unsigned then reproducible else fragment) arguments.fragments
          ++ [ ./signed.config ];
      }
    );

  # The kernel with certificates in it: no more than another Image.
  #
  # Type: trust :: Derivation -> [ Path ] -> Derivation
  # Example: trust kernel [ ./certificate.pem ]
  trust =
    kernel: certificates:
    let
      holdsKey =
        file:
        builtins.length (builtins.split "-----BEGIN[A-Z ]* PRIVATE KEY-----" (builtins.readFile file)) > 1;
      keys = builtins.filter holdsKey certificates;
    in
    if keys != [ ] then
      throw ''
        cannot make a kernel that trusts ${toString (builtins.head keys)}
          because: a private key is in that file, and what a build reads is for every user of the machine to read
          do this: leave nothing in it but the certificate: openssl x509 -in FILE -out certificate.pem''
    else
      mkDerivation {
        inherit (kernel) name meta;
        script = ./trust.sh;
        insert = ./insert-certificates.sh;
        inherit
          kernel
          certificates
          signatureTools
          openssl
          ;
        inherit (kernel) debug;
      }
      // {
        inherit (kernel) dev debug;
      }
      // (if kernel ? tree then { inherit (kernel) tree; } else { });
}
