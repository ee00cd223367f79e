# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of lintian.nix's programs: what lintian calls, and itself. From the derivation: $busybox, $usr, $load, $package, $out.

mkdir -p "$out/bin"

# program NAME [VARIABLE=VALUE]…: lintian's own environment does not reach what it calls.
program() {
	cat >"$out/bin/$1" <<-EOF
		#!$busybox sh
		${*:2} exec $load $usr/bin/$1 "\$@"
	EOF
	chmod +x "$out/bin/$1"
}

for name in ar dash dpkg-deb perl preconv readelf strings tbl; do
	program "$name"
done
program file "MAGIC=$usr/lib/file/magic.mgc"
for name in lexgrog man; do
	program "$name" "LOCPATH=$usr/lib/locale"
done
for name in groff troff; do
	program "$name" "GROFF_BIN_PATH=$out/bin" "GROFF_FONT_PATH=$usr/share/groff/current/font" "GROFF_TMAC_PATH=$usr/share/groff/current/tmac"
done
# A script in Debian, for a shell that a sandbox may lack.
ln -s "$busybox" "$out/bin/gunzip"

# The tree lacks what packages tell lintian, which is all of its own.
"$out/bin/dpkg-deb" --fsys-tarfile "$package" | tar --extract --directory "$out" ./usr/share/lintian
library=$out/usr/share/lintian/lib/Lintian
sed -i "s,/bin/dash,$out/bin/dash,; s,/bin/bash,$SHELL," "$library/Check/Script/Syntax.pm"
# Of two configurations, apt's library asks the global one where its tables are.
sed -i 's/AptPkg::Config->new/$_config/' "$library/Relation/Version.pm"

cat >"$out/apt.conf" <<EOF
APT::System "Debian dpkg interface";
Dir::Etc::parts "/dev/null";
Dir::dpkg::cputable "$usr/share/dpkg/cputable";
Dir::dpkg::tupletable "$usr/share/dpkg/tupletable";
EOF

# Whom the packages are for.
mkdir "$out/origins"
echo 'Vendor: Debian' >"$out/origins/debian"
ln -s debian "$out/origins/default"
