# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of update.nix. From the derivation: $busybox, $program, $apt, $out.

mkdir -p "$out/bin"
# The machine's own apt, if it has one, still says which mirror the machine uses.
cat >"$out/bin/update" <<EOF
#!$busybox/usr/bin/busybox sh
export FERRITE_APT_CONFIG="$apt/etc/apt/relocated.conf"
export FERRITE_KEYRINGS="$apt/usr/share/keyrings"
export PATH="$apt/usr/bin:\$PATH"
exec $program/bin/update "\$@"
EOF
chmod +x "$out/bin/update"
