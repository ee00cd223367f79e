# SPDX-License-Identifier: MIT OR Apache-2.0
#
# OpenSSL: the command and the library.
#
# environment: what clang finds headers and library by, with no flag; and what it links finds what the library needs.
# flags: clang's, for a program to be installed: of the toolchain it then needs nothing when it runs.
{
  host,
  tools,
  relocate,
}:
let
  openssl = relocate {
    name = "openssl";
    sets = [ "openssl" ];
  };
  libraries = "${openssl}/usr/lib/${host.libraries}";
in
openssl
// {
  environment = {
    CPATH = "${openssl}/usr/include:${openssl}/usr/include/${host.libraries}";
    LIBRARY_PATH = libraries;
    LD_LIBRARY_PATH = libraries;
  };
  flags = toString [
    "--no-default-config"
    "--sysroot=${tools}"
    "-fuse-ld=lld"
    (host.findLoader openssl)
    "-Wl,--disable-new-dtags"
    "-Wl,-rpath,${libraries}"
  ];
}
