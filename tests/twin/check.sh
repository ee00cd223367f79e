# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's twin. From the derivation: $vm, $twin, $guest, $out.

"$vm/bin/vm" --share "$twin" -- sh -euv <"$guest"
touch "$out"
