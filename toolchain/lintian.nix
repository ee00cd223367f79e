# SPDX-License-Identifier: MIT OR Apache-2.0
#
# lintian, which knows what Debian asks of its packages, with what it needs to read binary ones.
{
  host,
  pins,
  unpack,
  busybox,
  tools,
  mkDerivation,
  mkWrapper,
}:
let
  sets = [ "lintian" ];

  tree = unpack {
    name = "lintian-tree";
    inherit sets;
  };
  usr = "${tree}/usr";
  libraries = "${usr}/lib/${host.libraries}";

  # Run through their loader: man looks for its libraries in a folder of their own.
  programs = mkDerivation {
    name = "lintian-programs";
    script = ./lintian.sh;
    busybox = "${busybox}/usr/bin/busybox";
    inherit usr;
    load = "${tree}/${host.loader} --library-path ${libraries}:${usr}/lib/man-db";
    package = builtins.head (
      builtins.filter (deb: builtins.match "lintian_.*" deb.name != null) (
        builtins.concatMap pins.set sets
      )
    );
  };

  modules = [
    "${libraries}/perl5/5.40"
    "${usr}/share/perl5"
    "${libraries}/perl-base"
    "${libraries}/perl/5.40"
    "${usr}/share/perl/5.40"
  ];
in
mkWrapper {
  name = "lintian";
  program = "${programs}/bin/perl ${programs}/usr/share/lintian/bin/lintian";
  prelude = ''
    export PATH=${programs}/bin:${tools}/usr/bin
    export PERL5LIB=${builtins.concatStringsSep ":" modules}
    export APT_CONFIG=${programs}/apt.conf DPKG_DATADIR=${usr}/share/dpkg DPKG_ORIGINS_DIR=${programs}/origins
  '';
}
