#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# In the guest: uses the driver in every way that there is, with the counters saved whenever it is unloaded and at the end.
set -eu

export FERRITE_COVERAGE=/mnt/share/profiles RUST_TEST_THREADS=1 FERRITE_LOADS=1
module=/mnt/share/chardev.ko

insmod "$module"
# What comes of the tests is for the checks to tell. The other module has no counters, who waits for leaks calls nothing new, the
# shared folder does not survive a suspend, and who reloads under load would have to save the counters in the moment that nobody
# uses them.
/mnt/share/guest --include-ignored --skip hello:: --skip leaks:: --skip suspend:: --skip reload::under_load ||
	echo "guest: failed with status $?"
/mnt/share/fuzz --seed 1 --operations 5000
/mnt/share/coverage "$module"
