# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# In the guest: the twin does for SET_DATA and GET_DATA what the driver does, and both can be compared.

insmod /mnt/share/twin.ko
twin() {
	chardevctl --device /dev/twin0 "$@"
}

# Data, as a whole or not at all; a device of its own.
[ "$(twin roundtrip)" = 'size 100, buf lazenca.0x0' ]
[ "$(twin set --size 129 x 2>&1 | head -n 1)" = 'chardevctl: cannot set the data of /dev/twin0: EINVAL: Invalid argument' ]
[ "$(twin get)" = 'size 100, buf lazenca.0x0' ]
[ "$(chardevctl --device /dev/twin1 get)" = 'size 0, buf ' ]

# The latest 16 SETs, oldest first.
[ "$(twin history | wc -l)" = 1 ]
for text in $(seq 2 20); do
	twin set "$text"
done
[ "$(twin history | wc -l)" = 16 ]
twin history | sed -n 1p | grep '^sequence 5, .* comm chardevctl, size 1, buf 5$'
twin history | sed -n '$p' | grep '^sequence 20, .* comm chardevctl, size 2, buf 20$'

# The next SET, whether it was or is to come.
[ "$(twin watch --after 19 --count 1)" = "$(twin history | sed -n '$p')" ]
(sleep 0.1 && twin set late) &
twin watch --after 20 --count 1 --timeout 30 | grep '^sequence 21, .* buf late$'
wait

# Processes, for as long as they have a file.
stats() {
	chardevctl stats --file /sys/kernel/debug/twin/processes
}
exec 3<>/dev/twin0 4<>/dev/twin0
stats | grep "^pid $$, comm sh, files 2, opens 2, sets 0, gets 0, bytes_in 0, bytes_out 0\$"
exec 3>&- 4>&-
[ -z "$(stats)" ]

# Side by side: two rounds and three single calls after one to warm up, and a line for them.
/mnt/share/compare --rounds 2 --calls 10 --singles 3 /dev/chardev0 /dev/twin0 |
	grep '^{"calls":10,"rounds":\[{.*},{.*}\],"single":{"set":{"device":\[[0-9]*,[0-9]*,[0-9]*\],.*}}$'
[ "$(twin history | sed -n '$s/,.*//p')" = 'sequence 54' ]

rmmod twin
[ ! -e /dev/twin0 ]
