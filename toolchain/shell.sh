# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of shell.nix. `nix develop` takes the environment and never runs this; `nix build` gets a list of it.

export -p >"$out"
