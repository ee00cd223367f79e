# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of initramfs.nix. From the derivation: $busybox, $hostBusybox, $init, $programs, $driver, $kernel, $out.

mkdir root
cd root
mkdir -p bin dev etc lib/modules mnt/share proc root run sys tmp
ln -s bin sbin

cp "$init/bin/vm-init" init
cp "$busybox/usr/bin/busybox" bin/busybox
# The guest's program does not run here; the build machine's, of the same package, has the same applets.
for applet in $("$hostBusybox/usr/bin/busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "bin/$applet"
done
for program in $programs; do
	cp "$program"/bin/* bin
done
mkdir lib/modules/extra
cp "$driver"/*.ko lib/modules/extra
mv lib/modules/extra/chardev.ko lib/modules
cp -r --no-preserve=mode "$kernel/modules" lib/modules/kernel
# Where modinfo and modprobe look. None of the modules needs another.
release=$(modinfo -F vermagic lib/modules/chardev.ko | cut -d ' ' -f 1)
mkdir "lib/modules/$release"
(cd "lib/modules/$release" && printf '%s:\n' ../*.ko ../*/*.ko >modules.dep)

echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group

find . -exec touch -hd @1 {} +
mkdir -p "$out"
find . -print0 | LC_ALL=C sort -z |
	cpio --create --null --format=newc --reproducible --owner=0:0 --quiet >"$out/initramfs.cpio"
