# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# `insert_certificates IMAGE CERTIFICATES…`: the kernel's Image, with certificates (PEM) in the room that signed.config reserves.
# From the derivation: $kernel, $debug, $signatureTools, $openssl.

make_image() {
	# As arch/arm64/boot/Makefile does.
	llvm-objcopy -O binary -R .note -R .note.gnu.build-id -R .comment -S "$1" "$2"
}

insert_certificates() {
	local image=$1 certificate
	shift
	cp --no-preserve=mode "$debug/vmlinux" vmlinux
	make_image vmlinux "$image"
	cmp "$image" "$kernel/Image"
	[ $# -gt 0 ] || return 0
	for certificate; do
		"$openssl/usr/bin/openssl" x509 -in "$certificate" -outform DER
	done >certificates.der
	"$signatureTools/bin/insert-sys-cert" -b vmlinux -c certificates.der
	make_image vmlinux "$image"
	rm vmlinux
}
