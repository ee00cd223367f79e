#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# In the guest, before our init: Debian has as a module what the port to the host is on. All else is built into that kernel.
set -eu

/bin/insmod /bin/virtio_mmio.ko
exec /init
