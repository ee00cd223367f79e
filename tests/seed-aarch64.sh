# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `seed-aarch64`: what an aarch64 machine begins with, its processor emulated, against the same here. From the
# derivation: $equal, $qemu, $seeds, $busybox, $busyboxDebs, $debs, $out.

# shellcheck source=tests/equal.sh
. "$equal"

# listing FOLDER: everything in it, with kind, permission bits and where it links to.
listing() {
	(cd "$1" && find . -printf '%p %y %m %l\n' | sort)
}

# same NAME: the folders native/NAME and emulated/NAME, which are not empty.
same() {
	equal "$1_content" '' "$(diff -r --no-dereference "native/$1" "emulated/$1")"
	equal "$1_modes" "$(listing "native/$1")" "$(listing "emulated/$1")"
	equal "$1_files" yes "$([ -z "$(find "emulated/$1" -type f -size +0)" ] || echo yes)"
}

mkdir native emulated
emulate() {
	"$qemu/usr/bin/qemu-aarch64" "$@"
}

# Both are lists.
# shellcheck disable=SC2086
set -- $busyboxDebs
"$seeds/x86_64-linux/seed" native/seed "$@"
emulate "$seeds/aarch64-linux/seed" emulated/seed "$@"
same seed

# The busybox that the seed unpacked unpacks the rest.
mkdir {native,emulated}/busybox
for deb in $debs; do
	"$busybox/usr/bin/busybox" dpkg-deb -x "$deb" native/busybox
	emulate emulated/seed/usr/bin/busybox dpkg-deb -x "$deb" emulated/busybox
done
same busybox

exit "$failed"
