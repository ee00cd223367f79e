# SPDX-License-Identifier: MIT OR Apache-2.0
#
# apt, to ask what the archive holds; with its own methods, the archive's keys, and gpgv to
# check signatures.
{ relocate }:
relocate {
  name = "apt";
  sets = [ "apt" ];
  # `sqv` is called by a compiled-in path; without its method apt takes gpgv.
  postInstall = ''
    rm "$out/usr/lib/apt/methods/sqv"
    mkdir -p "$out/etc/apt"
    cat >"$out/etc/apt/relocated.conf" <<EOF
    APT::System "Debian dpkg interface";
    Dir::Bin::Methods "$out/usr/lib/apt/methods";
    Dir::dpkg::cputable "$out/usr/share/dpkg/cputable";
    Dir::dpkg::tupletable "$out/usr/share/dpkg/tupletable";
    APT::Key::GPGVCommand "$out/usr/bin/gpgv";
    EOF
  '';
}
