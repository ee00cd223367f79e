# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# Runs in the guest, with the module loaded. It fails at the first command that does, and on any report of the kernel.

[ "$(greet world)" = 'Hello, world!' ]

# A name that is too long is refused.
if greet "$(head -c 65 /dev/zero | tr '\0' x)"; then
	exit 1
fi

# Whatever is open keeps the module; then it goes, and its device with it.
exec 3<>/dev/greeter
if rmmod greeter; then
	exit 1
fi
exec 3>&-
rmmod greeter
[ ! -e /dev/greeter ]
