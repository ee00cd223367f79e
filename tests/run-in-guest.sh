#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# cargo's runner for test programs of the guest: runs one in a fresh machine, with the arguments that cargo gives it.
#
#   FERRITE_VM            the vm command
#   FERRITE_VM_ARGUMENTS  options for it besides, separated by blanks
set -eu

if [ -z "${FERRITE_VM:-}" ]; then
	cat >&2 <<-'EOF'
		run-in-guest: running a test in the machine: FERRITE_VM is not set, so there is no vm to run it with.
		Name one that finds its parts: FERRITE_VM=$(nix build --no-link --print-out-paths .#vm)/bin/vm
	EOF
	exit 125
fi
program=$1
shift

# Tests in one machine share its devices, so one at a time. cargo-nextest runs each in a machine of its own. Two processors, so
# that what is concurrent really is.
exec "$FERRITE_VM" --smp 2 --share "$(dirname "$program")" ${FERRITE_VM_ARGUMENTS:-} -- \
	env RUST_BACKTRACE="${RUST_BACKTRACE:-0}" RUST_TEST_THREADS="${RUST_TEST_THREADS:-1}" \
	"/mnt/share/$(basename "$program")" "$@"
