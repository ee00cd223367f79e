# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `nixw`: on a machine with nothing, of what a mirror sends only that is unpacked which is as pinned, and all else is
# told of. The mirror is the archive of the tests of `update`, with two packages more. From the derivation: $equal, $nixw, $archive,
# $apt, $out.

# shellcheck source=tests/equal.sh
. "$equal"

cp -r --no-preserve=mode "$archive" archive
export HOME=$PWD FERRITE_MIRROR=file://$PWD/archive/debian
# Nothing listens there: the snapshot archive is out of reach.
export http_proxy=http://127.0.0.1:9 APT_CONFIG=$PWD/apt.conf
printf '%s\n' "#include \"$apt/etc/apt/relocated.conf\";" 'Acquire::Retries "0";' >apt.conf

# A machine's places, which are not in the sandbox.
mkdir keyrings commands
cp archive/keyring.gpg keyrings/debian-archive-keyring.gpg
# What the sandbox does not let a build do, and what guards against a second nixw.
printf '%s\n' "#!$SHELL" | tee commands/unshare >commands/flock
chmod +x commands/*
export PATH=$PATH:$apt/usr/bin:$PWD/commands

# A repository that pins two packages to bring Nix, and whose seed tells what it is given, and goes no further.
pool=archive/debian/pool/main
mkdir -p repository/toolchain/seed/{x86_64,aarch64}-linux $pool/t
echo 'first package' >$pool/l/libc/libc_2.40-1_amd64.deb
echo 'second package' >$pool/t/tool_1_all.deb
sed "s,/usr/lib/apt/,$apt&,; s,/usr/share/keyrings/,$PWD/keyrings/," "$nixw" >repository/nixw
echo 'suites = ["second"]' >repository/toolchain/pins.toml
{
	echo 'snapshot 20251101T000000Z'
	for name in l/libc/libc_2.40-1_amd64 t/tool_1_all; do
		content=$(sha256sum <$pool/$name.deb)
		echo "package version size ${content%% *} debian/pool/main/$name.deb nix:amd64,nix:arm64"
	done
} >repository/toolchain/pins.lock
tee repository/toolchain/seed/{x86_64,aarch64}-linux/seed >/dev/null <<EOF2
#!$SHELL
shift
cat "\$@"
exit 9
EOF2
chmod +x repository/toolchain/seed/*/seed
hash=$(sed -n 's/.* \([0-9a-f]\{64\}\) .*libc.*/\1/p' repository/toolchain/pins.lock)
cp -r archive sound

# asked: what comes of a request: what the seed was given, why nixw did not go on, and its status.
asked() {
	local status=0
	sh repository/nixw build 2>said || status=$?
	sed -n '/^nixw: cannot /,$p' said
	echo "$status"
}

# anew: the mirror as it was, and nothing kept of what it sent.
anew() {
	rm -rf archive .cache
	cp -r sound archive
}

as_pinned=$'first package\nsecond package\n9'
doing='nixw: cannot fetch 1 of the pinned packages, libc_2.40-1_amd64.deb the first'
elsewhere='name another mirror: FERRITE_MIRROR=http://HOST/debian ./nixw …'
refused="$doing
  because: $FERRITE_MIRROR offers a file of that name with another hash than $hash
  do this: use another mirror (FERRITE_MIRROR); if the hash differs there too, do not build: the file was tampered with
1"

equal as_pinned "$as_pinned" "$(asked)"

anew
echo 'first pACKAGE' >$pool/l/libc/libc_2.40-1_amd64.deb
equal tampered_is_refused "$refused" "$(asked)"
equal and_is_again "$refused" "$(asked)"
cp sound/debian/pool/main/l/libc/libc_2.40-1_amd64.deb $pool/l/libc
equal another_mirror_has_it "$as_pinned" "$(asked)"

anew
truncate -s 7 $pool/l/libc/libc_2.40-1_amd64.deb
equal truncated_is_refused "$refused" "$(asked)"

anew
rm $pool/l/libc/libc_2.40-1_amd64.deb
equal lacking_and_what_is_there_is_told "$doing
  because: $FERRITE_MIRROR offers 2.41-13 instead, and the snapshot archive did not answer
  do this: name a mirror that still has it (FERRITE_MIRROR), or move the pins: ./nixw run .#update -- --write
1" "$(asked)"
# A run that was broken off leaves such.
key=$(sha256sum <repository/toolchain/pins.lock | cut -c -16)
echo 'first pACKAGE' >".cache/ferrite/downloads-$key/packages/libc_2.40-1_amd64.deb"
cp sound/debian/pool/main/l/libc/libc_2.40-1_amd64.deb $pool/l/libc
equal what_was_left_is_looked_at "$as_pinned" "$(asked)"

anew
rm -r archive/debian
equal no_mirror_answers "${doing/1 of/2 of}
  because: neither $FERRITE_MIRROR nor the snapshot archive answers
  do this: connect to the network, or $elsewhere
1" "$(asked)"

anew
equal no_mirror_is_known "${doing/1 of/2 of}
  because: no Debian mirror is known here, and the snapshot archive did not answer
  do this: ${elsewhere/another/a}
1" "$(FERRITE_MIRROR='' asked)"

# Where there is no apt, curl: one that reads what nixw gives it, and knows of files only.
sed -i 's,^apt_helper=.*,apt_helper=,' repository/nixw
cat >commands/curl <<EOF2
#!$SHELL
sed -n 's/^[a-z]* = "\(.*\)"\$/\1/p' | while read -r address && read -r file; do
	case \$address in file://*) cp "\${address#file://}" "\$file" ;; esac
done
EOF2
chmod +x commands/curl
anew
equal curl_as_pinned "$as_pinned" "$(asked)"
anew
echo 'first pACKAGE' >$pool/l/libc/libc_2.40-1_amd64.deb
equal curl_tampered_is_refused "nixw: cannot check what $FERRITE_MIRROR sent
  because: a file is not what the pin says
  do this: try again, or another mirror in FERRITE_MIRROR
1" "$(asked)"

exit "$failed"
