# SPDX-License-Identifier: MIT OR Apache-2.0
#
# OpenSSL: the command, and in `environment` what clang finds its headers and library by, with no flag.
{ host, relocate }:
let
  openssl = relocate {
    name = "openssl";
    sets = [ "openssl" ];
  };
in
openssl
// {
  environment = {
    CPATH = "${openssl}/usr/include:${openssl}/usr/include/${host.libraries}";
    LIBRARY_PATH = "${openssl}/usr/lib/${host.libraries}";
  };
}
