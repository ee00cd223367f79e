# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of debian.nix. From the derivation: $packages, $init, $out.
#
# out: Image; bin/, for the guest's root file system.

modules=$(echo "$packages"/usr/lib/modules/*)
install -D -m 644 "$modules/vmlinuz" "$out/Image"
install -D "$init" "$out/bin/debian-init"
xz --decompress --stdout "$modules/kernel/drivers/virtio/virtio_mmio.ko.xz" >"$out/bin/virtio_mmio.ko"
