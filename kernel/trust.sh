# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builder of signed.nix. From the derivation: $kernel, $certificates, $insert, $out.

# shellcheck source=kernel/insert-certificates.sh
. "$insert"

mkdir -p "$out"
insert_certificates "$out/Image" $certificates
cp -r "$kernel/System.map" "$kernel/config" "$kernel/modules" "$out"
