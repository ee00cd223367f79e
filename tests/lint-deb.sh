# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's lint-deb: lintian has nothing to say of the packages, and would of worse ones. From the derivation: $equal,
# $apt, $deb, $lintian, $out.

# shellcheck source=tests/equal.sh
. "$equal"

export PATH=$PATH:$apt/usr/bin

# lint FILE…: what lintian says of them and of its own troubles, and how it ends if it is not content.
lint() {
	"$lintian/bin/lintian" --allow-root --no-cfg --display-info --pedantic --fail-on error,warning,info,pedantic "$@" 2>&1 || echo "status $?"
}

packages=("$deb"/*.deb)
equal there_are_packages 2 "${#packages[@]}"
# What debian/*/overrides excuse, each with its reason, is not said; an excuse that nothing needs is.
equal they_are_clean '' "$(lint "${packages[@]}")"

# Broken in ways that lintian asks dpkg-deb, man and a shell about.
dpkg-deb --raw-extract "$deb"/chardevctl_*.deb chardevctl
sed -i 's/^Section: .*/Section: nowhere/' chardevctl/DEBIAN/control
page=chardevctl/usr/share/man/man1/chardevctl.1
gzip -d "$page.gz"
echo .unheard-of >>"$page"
gzip -9n "$page"
(cd chardevctl && find usr -type f -print0 | xargs -0 md5sum >DEBIAN/md5sums)

dpkg-deb --raw-extract "$deb"/chardev-dkms_*.deb chardev-dkms
echo if >>chardev-dkms/DEBIAN/postinst

# Files of 1970 would be another fault.
unset SOURCE_DATE_EPOCH
for package in chardevctl chardev-dkms; do
	dpkg-deb --root-owner-group --build "$package" "$package.deb" >/dev/null
done
equal worse_ones_are_not 'E: chardev-dkms: maintainer-shell-script-fails-syntax-check
W: chardevctl: groff-message
W: chardevctl: unknown-section
status 2' "$(lint chardevctl.deb chardev-dkms.deb | cut -d ' ' -f -3 | LC_ALL=C sort)"

exit "$failed"
