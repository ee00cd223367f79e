# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of rootfs.nix. From the derivation: $busybox, $hostBusybox, $zstd, $init, $programs, $modules, $load, $kernel, $dev, $out.

mkdir root
cd root
mkdir -p bin dev etc lib/modules/extra mnt/share proc root run sys tmp
ln -s bin sbin

cp "$init/bin/vm-init" init
cp "$busybox/usr/bin/busybox" bin/busybox
# The guest's program does not run here; the build machine's, of the same package, has the same applets.
for applet in $("$hostBusybox/usr/bin/busybox" --list); do
	[ "$applet" = busybox ] || ln -s busybox "bin/$applet"
done
for program in $programs; do
	cp --remove-destination "$program"/bin/* bin
done

for folder in $modules; do
	cp "$folder"/*.ko lib/modules/extra
done
# Init loads those that are one folder up.
(
	shopt -s nullglob
	cd lib/modules/extra
	for name in $load; do
		module=${name%.ko}.ko
		if [ ! -e "$module" ]; then
			echo "making the root file system: it is to load $module, and has only: $(echo *.ko): name one of those in \`load\`" >&2
			exit 1
		fi
		mv "$module" ..
	done
)
cp -r --no-preserve=mode "$kernel/modules" lib/modules/kernel
# Where modinfo and modprobe look. None of the modules needs another.
release=$(cat "$dev/include/config/kernel.release")
mkdir "lib/modules/$release"
(
	shopt -s nullglob
	cd "lib/modules/$release"
	printf '%s:\n' ../*.ko ../*/*.ko >modules.dep
)

echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group

find . -exec touch -hd @1 {} +
mkdir -p "$out"
# A tenth smaller with -19, for which a check that has its own root file system waits twenty times as long.
find . -print0 | LC_ALL=C sort -z |
	cpio --create --null --format=newc --reproducible --owner=0:0 --quiet |
	"$zstd/usr/bin/zstd" -9 --quiet -o "$out/initramfs.cpio.zst"
