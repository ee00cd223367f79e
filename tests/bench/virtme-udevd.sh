#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# In virtme-ng's guest: of what udevd does, the one thing that its init waits for. Debian's own would take longer.

mkdir -p /dev/virtio-ports
for port in /sys/class/virtio-ports/*; do
	read -r name <"$port/name"
	ln -s "../${port##*/}" "/dev/virtio-ports/$name"
done
