# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of wrapper.nix. From the derivation: $name, $shell, $prelude, $program, $out.

mkdir -p "$out/bin"
cat >"$out/bin/$name" <<EOF
#!$shell
$prelude
exec $program "\$@"
EOF
chmod +x "$out/bin/$name"
