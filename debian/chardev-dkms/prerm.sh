#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The module goes before its source does.

set -e

case $1 in
remove | upgrade | deconfigure)
	if [ "$(dkms status -m chardev -v @VERSION@)" ]; then
		dkms remove -m chardev -v @VERSION@ --all
	fi
	;;
esac
