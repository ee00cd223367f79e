# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $program, $vm, $out.

mkdir -p "$out/bin"
cat >"$out/bin/bench" <<EOF
#!/bin/sh
export FERRITE_VM="\${FERRITE_VM-$vm/bin/vm}"
exec $program/bin/bench "\$@"
EOF
chmod +x "$out/bin/bench"
