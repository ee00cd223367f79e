# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $version, $apt, $driver, $chardevctl, $packaging, $out.

# text NAME: that file, of a package or of both, for this version.
text() {
	sed "s/@VERSION@/$version/" "$packaging/$1"
}

# folder PACKAGE: what it installs begins in this folder, and with what Debian's policy asks of each package.
folder() {
	mkdir -p "$1/DEBIAN" "$1/usr/share/doc/$1" "$1/usr/share/lintian/overrides"
	install -m 644 "$packaging/copyright" "$1/usr/share/doc/$1/copyright"
	text changelog | sed "s/@PACKAGE@/$1/" | gzip -9n >"$1/usr/share/doc/$1/changelog.gz"
	install -m 644 "$packaging/$1/overrides" "$1/usr/share/lintian/overrides/$1"
	text "$1/control" | sed '/^#/d' >"$1/DEBIAN/control"
}

# pack PACKAGE ARCHITECTURE: makes the package. Its files are root's, and as old as the version.
pack() {
	(cd "$1" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
	find "$1" -type d -exec chmod 755 {} +
	find "$1" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
	"$apt/usr/bin/dpkg-deb" --root-owner-group -Zxz --threads-max=1 --build "$1" "$out/$1_${version}_$2.deb" >/dev/null
}

mkdir -p "$out"
umask 022
SOURCE_DATE_EPOCH=$(date --date "$(sed -n '0,/^ -- /s/^ -- .*>  //p' "$packaging/changelog")" +%s)

folder chardev-dkms
source=chardev-dkms/usr/src/chardev-$version
mkdir -p "$source"
cp -r --no-preserve=mode "$driver"/. "$source"
text chardev-dkms/dkms.conf >"$source/dkms.conf"
mkdir -p chardev-dkms/usr/lib/udev chardev-dkms/usr/lib/sysusers.d
mv "$source/udev" chardev-dkms/usr/lib/udev/rules.d
mv "$source"/sysusers.d/*.conf chardev-dkms/usr/lib/sysusers.d
rmdir "$source/sysusers.d"
for script in postinst prerm; do
	text "chardev-dkms/$script.sh" >chardev-dkms/DEBIAN/$script
	chmod 755 chardev-dkms/DEBIAN/$script
done
pack chardev-dkms all

folder chardevctl
mkdir chardevctl/usr/bin
llvm-strip --remove-section=.comment -o chardevctl/usr/bin/chardevctl "$chardevctl/bin/chardevctl"
chmod 755 chardevctl/usr/bin/chardevctl
cp -r --no-preserve=mode "$chardevctl/share"/. chardevctl/usr/share
# Debian's zsh looks elsewhere than where zsh's own makefile puts such files.
mkdir -p chardevctl/usr/share/zsh
mv chardevctl/usr/share/zsh/site-functions chardevctl/usr/share/zsh/vendor-completions
gzip -9n chardevctl/usr/share/man/man*/*
pack chardevctl arm64
