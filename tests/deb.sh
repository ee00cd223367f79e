# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `deb`: what the packages install works. From the derivation: $equal, $apt, $deb, $kernel, $vm, $out.

# shellcheck source=equal.sh
. "$equal"

export PATH=$PATH:$apt/usr/bin
for package in "$deb"/*.deb; do
	dpkg-deb --extract "$package" installed
done

equal names_and_architectures $'chardev-dkms all\nchardevctl arm64' \
	"$(for package in "$deb"/*.deb; do dpkg-deb --show --showformat '${Package} ${Architecture}\n' "$package"; done)"
equal files_are_roots 'root/root' "$(for package in "$deb"/*.deb; do dpkg-deb --contents "$package"; done | awk '{ print $2 }' | sort -u)"
equal sums_are_of_the_files '' "$(
	for package in "$deb"/*.deb; do dpkg-deb --info "$package" md5sums; done >sums
	cd installed && md5sum --check --quiet ../sums 2>&1
)"

# What DKMS does when nothing else is said, on a machine with this kernel. (It tells make of LLVM when the kernel was built with it.)
source=$(echo installed/usr/src/chardev-*)
make -C "$kernel" -j "$NIX_BUILD_CORES" M="$PWD/$source" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" modules >make.log 2>&1 ||
	cat make.log
equal module_has_the_packages_version "${source##*/chardev-}" "$(modinfo -F version "$source/chardev.ko")"
equal client_and_module_work 'size 100, buf lazenca.0x0' \
	"$("$vm" --module "$source/chardev.ko" --share installed -- /mnt/share/usr/bin/chardevctl roundtrip 2>/dev/null || echo "vm: status $?")"

exit "$failed"
