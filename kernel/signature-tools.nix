# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own programs for signatures, for the machine that builds: sign-file appends one to a module, insert-sys-cert puts
# certificates into a vmlinux.
{
  mkDerivation,
  sourceFiles,
  openssl,
}:
mkDerivation (
  {
    name = "signature-tools";
    script = ./signature-tools.sh;
    source = sourceFiles [
      "scripts/insert-sys-cert.c"
      "scripts/sign-file.c"
      "scripts/ssl-common.h"
      "include/uapi/linux/module_signature.h"
    ];
    inherit (openssl) flags;
  }
  // openssl.environment
)
