#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The group that may use the devices, then the module.

set -e

if [ "$1" = configure ]; then
	systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"} chardev.conf
	/usr/lib/dkms/common.postinst chardev @VERSION@ /usr/share/chardev-dkms "" "$2"
fi
