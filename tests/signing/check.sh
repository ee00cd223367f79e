# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $equal, $insert, $kernel, $debug, $trusting, $signatureTools, $openssl, $driver, $sign,
# $vm, $out.

# shellcheck source=tests/equal.sh
. "$equal"
# shellcheck source=kernel/insert-certificates.sh
. "$insert"

# A configuration says what OpenSSL asks a person about.
export OPENSSL_CONF=/dev/null

# key NAME KIND…: a key and its certificate, to be thrown away.
key() {
	"$openssl/usr/bin/openssl" req -new -x509 -noenc -days 36500 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" -newkey "${@:2}" 2>&1
}

# signs KEY CERTIFICATE FOLDER MODULE: what is printed, the last line but one of a failure.
signs() {
	"$sign" --key "$1" --certificate "$2" --output "$3" "$4" 2>&1 | sed -n 's/^  because: //p'
}

# loads IMAGE FOLDER: what comes of the module there. (busybox tries twice.)
loads() {
	FERRITE_KERNEL=$1 "$vm" --no-module --share "$2" -- \
		sh -c 'insmod /mnt/share/chardev.ko 2>&1 && chardevctl roundtrip || dmesg | grep -o "Loading of.*" | uniq' 2>/dev/null || echo "vm: status $?"
}

key mine rsa:4096
key curve ec -pkeyopt ec_paramgen_curve:secp384r1
key stranger rsa:2048
insert_certificates Image mine.pem curve.pem

module=$driver/chardev.ko
mkdir unsigned tampered
cp --no-preserve=mode "$module" unsigned
for who in mine curve stranger; do
	equal "${who}_signs" '' "$(signs "$who.key" "$who.pem" "$who" "$module")"
done
# One bit of the code, not of the signature.
sed 's/helloworld/hellpworld/' mine/chardev.ko >tampered/chardev.ko
equal what_is_tampered_with_is_another 1 "$(cmp mine/chardev.ko tampered/chardev.ko >/dev/null || echo $?)"

equal what_rsa_signs_is_the_same_each_time '' "$(signs mine.key mine.pem again "$module"; cmp mine/chardev.ko again/chardev.ko 2>&1)"
equal signing_twice_is_refused 'it is signed already' "$(signs mine.key mine.pem twice mine/chardev.ko)"
equal what_is_no_module_is_refused 'it is no module: no ELF file' "$(signs mine.key mine.pem text mine.pem)"
case $(signs mine.key stranger.pem other "$module") in
*'private key does not match'*) refused=yes ;;
*) refused=no ;;
esac
equal a_certificate_of_another_key_is_refused yes "$refused"

refused='insmod: can'\''t insert '\''/mnt/share/chardev.ko'\'': Key was rejected by service'
roundtrip='size 100, buf lazenca.0x0'
equal signed_is_loaded "$roundtrip" "$(loads "$PWD/Image" mine)"
equal signed_by_a_curve_is_loaded "$roundtrip" "$(loads "$PWD/Image" curve)"
equal unsigned_is_refused "$refused"$'\nLoading of unsigned module is rejected' "$(loads "$PWD/Image" unsigned)"
equal a_strangers_is_refused "$refused"$'\nLoading of module with unavailable key is rejected' "$(loads "$PWD/Image" stranger)"
equal tampered_is_refused "$refused" "$(loads "$PWD/Image" tampered)"
equal without_certificates_none_is_loaded "$refused"$'\nLoading of module with unavailable key is rejected' \
	"$(loads "$kernel/Image" mine)"

# What mkKernel puts in is there.
equal the_kernel_has_the_certificate 'its key was thrown away' \
	"$(FERRITE_KERNEL=$trusting/Image "$vm" --no-module -- cat /proc/keys 2>/dev/null | grep -o 'its key was thrown away')"
equal the_kernels_modules_are_there 'lkdtm.ko' "$(cd "$trusting/modules" && find . -name 'lkdtm.ko' -printf '%f\n')"

exit "$failed"
