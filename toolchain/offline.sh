# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# `. offline.sh FOLDER`: cargo takes every crate from FOLDER, a directory source, and asks no registry.

export CARGO_HOME=$PWD/cargo
export CARGO_BUILD_JOBS=$NIX_BUILD_CORES

mkdir "$CARGO_HOME"
cat >"$CARGO_HOME/config.toml" <<END
[net]
offline = true

[source.crates-io]
replace-with = "folder"

[source.folder]
directory = "$1"
END
