# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of signature-tools.nix. From the derivation: $source, $flags, $out.

mkdir -p "$out/bin"
cc $flags -O2 -o "$out/bin/insert-sys-cert" "$source/scripts/insert-sys-cert.c"
cc $flags -O2 -I "$source/include/uapi" -o "$out/bin/sign-file" "$source/scripts/sign-file.c" -lcrypto
