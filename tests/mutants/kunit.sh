#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# In the guest: runs a suite of the driver's KUnit tests, and shows how it went.
set -eu

echo "$1" >/sys/module/kunit/parameters/filter_glob
insmod /mnt/share/ferrite_kunit.ko
cat "/sys/kernel/debug/kunit/$1/results"
! grep -q 'not ok' "/sys/kernel/debug/kunit/$1/results"
