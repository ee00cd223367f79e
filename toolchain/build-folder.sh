# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# `. build-folder.sh`: whatever folder a build runs in, what Rust makes there names it as Nix's sandbox does, /build.

# A program that cargo and make find before the real one: they would write a flag down, and cargo makes each crate's hash of its flags.
mkdir bin
cat >bin/rustc <<END
#!$SHELL
exec $(command -v rustc) --remap-path-prefix=$PWD=/build "\$@"
END
chmod +x bin/rustc
export PATH=$PWD/bin:$PATH
