# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `udev`: what the driver ships for systemd-sysusers and udev does what it says, in the machine. From the
# derivation: $equal, $vm, $programs, $driver, $out.

# shellcheck source=equal.sh
. "$equal"

# Debian's programs find the loader and their libraries; the driver's files go where a distribution has them.
# shellcheck disable=SC2016 # the guest's shell expands it
set_up='ln -s /mnt/share/lib/ld-linux-aarch64.so.1 /lib
libraries=/mnt/share/usr/lib/aarch64-linux-gnu
export LD_LIBRARY_PATH=$libraries:$libraries/systemd PATH=$PATH:/mnt/share/usr/bin
mkdir -p /usr/lib/sysusers.d /usr/lib/udev/rules.d
echo "$1" >/usr/lib/sysusers.d/chardev.conf
echo "$2" >/usr/lib/udev/rules.d/60-chardev.rules
systemd-sysusers
'

# guest SCRIPT: what it prints.
guest() {
	"$vm" --state state --memory 512M --share "$programs" -- sh -euc "$set_up$1" sh "$(<"$driver/lib/sysusers.d/chardev.conf")" \
		"$(<"$driver/lib/udev/rules.d/60-chardev.rules")" || echo "vm: status $?"
}

equal the_group_is_made '1' "$(guest 'grep -c ^chardev:x:[1-9] /etc/group')"

# Each token is known, and so is the group.
equal the_rule_is_valid $'  Success: 1\n  Fail:    0' "$(guest 'udevadm verify | tail -n 2')"

# Of devices that are there when the daemon starts, as at boot, and of those that come later.
equal nodes_are_of_the_group $'root:chardev:660\nroot:chardev:660' "$(guest '/mnt/share/usr/lib/systemd/systemd-udevd --daemon 2>/dev/null
udevadm trigger --subsystem-match=chardev --settle
stat -c %U:%G:%a /dev/chardev0
rmmod chardev
insmod /lib/modules/chardev.ko
udevadm settle
stat -c %U:%G:%a /dev/chardev1')"

exit "$failed"
