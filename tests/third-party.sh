# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash disable=SC2016 # the guest's shell expands it
#
# Builder of the check `third-party`: each test in a machine of its own, which fails on any report of the kernel. From the
# derivation: $equal, $vm, $programs, $out.

# shellcheck source=equal.sh
. "$equal"

# Debian's programs find the loader and their libraries; `user` is a member of the devices' group. Of a name that busybox has too, the
# shell takes busybox's: Debian's needs its path.
set_up='ln -s /mnt/share/lib/ld-linux-aarch64.so.1 /lib
debian=/mnt/share/usr/bin
export LD_LIBRARY_PATH=/mnt/share/usr/lib/aarch64-linux-gnu PATH=$PATH:$debian
echo user:x:1000:1000::/tmp:/bin/sh >>/etc/passwd
chgrp 1000 /dev/chardev*
mkdir /tmp/work
cd /tmp/work
'

# guest SCRIPT: what it prints.
guest() {
	"$vm" --state state --smp 2 --memory 1G --timeout 300 --share "$programs" -- sh -euc "$set_up$1" || echo "vm: status $?"
}

equal cat helloworld "$(guest '$debian/cat /dev/chardev0')"

equal hexdump '00000000  68 65 6c 6c 6f 77 6f 72  6c 64                    |helloworld|
0000000a' "$(guest '$debian/hexdump -C /dev/chardev0')"

equal dd_reads_at_an_offset orld "$(guest '$debian/dd if=/dev/chardev0 bs=3 skip=2 2>/dev/null')"

# Two whole blocks and a part of the third; the rest of it is refused.
equal dd_fills_the_buffer '256
No space left on device' "$(guest 'exec 3<>/dev/chardev0
$debian/dd if=/dev/zero bs=100 >&3 2>err || true
chardevctl stats | sed "s/.*bytes_in \([0-9]*\),.*/\1/"
grep -o "No space.*" err')"

equal strace_decodes_the_commands 'ioctl(3, _IOC(_IOC_WRITE, 0x47, 0x2, 0x88)
ioctl(3, _IOC(_IOC_READ, 0x47, 0x3, 0x88)' \
	"$(guest 'strace -e trace=ioctl chardevctl roundtrip 2>&1 >/dev/null | grep -o "^ioctl([0-9]*, _IOC([^)]*)"')"

# Files, polls, maps and calls at random. It says itself how many of its two instances failed.
equal stress_ng 'passed: 2: dev (2)
failed: 0' "$(guest 'stress-ng --dev 2 --dev-file /dev/chardev0 --timeout 3 >log 2>&1 || cat log
grep -o "passed: .*\|failed: .*" log
chardevctl roundtrip >/dev/null 2>&1')"

# It opens files of these names and no others; as it may not remove them, they stay what they are here. It does not run as root.
equal trinity 'Reached limit 1000
no other file' "$(guest 'for number in 1 2 3 4; do ln -s /dev/chardev0 "trinity-testfile$number"; done
calls=$(printf -- "-c %s " ioctl read write lseek pread64 pwrite64 readv writev preadv pwritev)
su user -c "LD_LIBRARY_PATH=$LD_LIBRARY_PATH trinity -q -l off --enable-fds=testfile -C 2 -s 7 -N 1000 $calls" >log 2>&1 || cat log
grep -o "Reached limit [0-9]*" log
for number in 1 2 3 4; do [ -c "trinity-testfile$number" ] || echo "trinity-testfile$number is another"; done
echo no other file
chardevctl roundtrip >/dev/null 2>&1')"

exit "$failed"
