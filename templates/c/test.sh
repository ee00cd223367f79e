# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# Runs in the guest, with the module loaded. It fails at the first command that does, and on any report of the kernel.

[ "$(count)" = 1 ]
[ "$(count)" = 2 ]

rmmod counter
[ ! -e /dev/counter ]

# Loaded anew, it starts anew. This is where modules are that were loaded at boot.
insmod /lib/modules/counter.ko
[ "$(count)" = 1 ]
