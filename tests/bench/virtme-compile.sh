# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of what virtme.nix has compiled. From the derivation: $python, $pythonCommand, $virtme, $out.

export PYTHONHOME=$python/usr PYTHONPYCACHEPREFIX=$out
# Tests of Python's own are not all meant to compile.
# shellcheck disable=SC2086  # a command and its arguments
$pythonCommand -m compileall -q --invalidation-mode unchecked-hash -x /test/ "$python"/usr/lib/python3.* "$virtme/usr/lib/python3/dist-packages"
