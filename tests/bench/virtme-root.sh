# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the root file system in virtme.nix. From the derivation: $bash, $busybox, $hostBusybox, $udevd, $driver, $chardevctl,
# $out.
#
# As small as virtme-ng's init takes it: that is a script for bash, which mounts, and looks for udevd.

mkdir -p "$out"
cd "$out"
mkdir -p bin dev etc/lvm lib/modules proc root run sys tmp
ln -s bin sbin

cp "$busybox/usr/bin/busybox" bin/busybox
# The guest's program does not run here; the build machine's, of the same package, has the same applets.
for applet in $("$hostBusybox/usr/bin/busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "bin/$applet"
done
cp "$bash/usr/bin/bash-static" bin/bash
cp "$chardevctl/bin/chardevctl" bin/
cp "$driver/chardev.ko" lib/modules/

install "$udevd" bin/udevd
printf '#!/bin/sh\n' >bin/udevadm
chmod +x bin/udevadm

echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
printf '%s\n' 'root:x:0:' 'tty:x:5:' >etc/group
# It mounts its own over these.
touch etc/fstab etc/shadow etc/sudoers
