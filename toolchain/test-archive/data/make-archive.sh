#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Makes `debian` and `keyring.gpg` in this folder anew: a Debian archive of a few packages, signed with a key that is
# then thrown away. Pins are made of indexes, so it has no packages but one with a changelog; the others' content would be their
# name, version and architecture, and zeros to their size. `stranger.gpg` is a keyring with a key that signed nothing.
# `later` is what the archive signs a week later for the suite `first`. Needs gpg, dpkg-deb and xz.
set -eu
cd "$(dirname "$0")"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -r "$GNUPGHOME"' EXIT
time=20251101T000000
date='Sat, 01 Nov 2025 00:00:00 UTC'
for name in stranger keyring; do
  gpg --quiet --batch --faked-system-time 20250101T000000! --passphrase '' --quick-generate-key "$name" ed25519 sign never
  gpg --quiet --export "$name" > "$name.gpg"
done
rm -rf debian later

# package SUITE ARCHITECTURE NAME VERSION SIZE [FIELD…]: an entry of an index. The hash is made of what it names.
package() {
  index=debian/dists/$1/main/binary-$2/Packages
  mkdir -p "${index%/*}"
  own=$2
  case "$3" in *:all) own=all ;; esac
  name=${3%:all}
  {
    echo "Package: $name"
    echo "Version: $4"
    echo "Architecture: $own"
    file=pool/main/$(echo "$name" | cut -c1)/$name/${name}_${4#*:}_$own.deb
    content=debian/$file
    if [ ! -e "$content" ]; then
      content=$GNUPGHOME/content
      printf '%s' "$name $4 $own" > "$content"
      truncate -s "$5" "$content"
    fi
    echo "Filename: $file"
    echo "Size: $(stat -c %s "$content")"
    echo "SHA256: $(sha256sum "$content" | cut -d' ' -f1)"
    shift 5
    for field; do echo "$field"; done
    echo "Description: a package"
    echo
  } >> "$index"
}

# release SUITE [FIELD…]: the signed file that vouches for a suite's indexes.
release() (
  cd "debian/dists/$1"
  echo "Origin: Test" > Release
  printf '%s\n' "Suite: $1" "Codename: $1" "Date: $date" >> Release
  printf '%s\n' "Architectures: amd64 arm64" "Components: main" >> Release
  shift
  for field; do echo "$field" >> Release; done
  echo "SHA256:" >> Release
  for index in main/*/Packages*; do
    hash=$(sha256sum "$index" | cut -d' ' -f1)
    echo " $hash $(wc -c < "$index") $index" >> Release
    mkdir -p "${index%/*}/by-hash/SHA256"
    cp "$index" "${index%/*}/by-hash/SHA256/$hash"
  done
  rm -f InRelease
  gpg --quiet --batch --faked-system-time "$time!" --local-user keyring --clearsign --output InRelease Release
  rm Release
)

# changelog VERSION TEXT: an entry.
changelog() {
  printf 'libc (%s) second; urgency=medium\n\n  * %s\n\n -- A  Sat, 01 Nov 2025 00:00:00 +0000\n\n' "$1" "$2"
}

# The package with a changelog.
tree=$GNUPGHOME/libc
mkdir -p "$tree/DEBIAN" "$tree/usr/share/doc/libc" debian/pool/main/l/libc
printf '%s\n' 'Package: libc' 'Version: 2.41-13' 'Architecture: amd64' 'Maintainer: A' 'Description: a package' > "$tree/DEBIAN/control"
{
  changelog 2.41-13 'Closes CVE-2025-1111 and CVE-2025-22222.'
  changelog 2.41-12 'Closes CVE-2024-3333.'
} | gzip -9n > "$tree/usr/share/doc/libc/changelog.Debian.gz"
SOURCE_DATE_EPOCH=1 dpkg-deb --root-owner-group -Zxz --build "$tree" debian/pool/main/l/libc/libc_2.41-13_amd64.deb > /dev/null

for architecture in amd64 arm64; do
  package first $architecture compiler 1:1.0-1+b1 1000 'Depends: libc (>= 2), assembler (= 2.0~rc1-1), headers, ghost'
  package first $architecture assembler 2.0~rc1-1 2000 'Depends: libc, big-library' 'Provides: ghost'
  package first $architecture big-library 3 3000000
  package first $architecture libc 2.41-12 4000 'Multi-Arch: same' 'Essential: yes'
  package first $architecture headers:all 6 500 'Multi-Arch: foreign' 'Recommends: handbook'
  package first $architecture handbook:all 1 9000
  package first $architecture broken 1 100 'Depends: nowhere'
  package first-backports $architecture libc 2.50-1~bpo1 4100 'Multi-Arch: same'
  package first-backports $architecture linux-source:all 7.3.4-1~bpo1+1 160000000 'Depends: libc (>= 2.50)'
  package second $architecture compiler 1:1.1-1 1100 'Depends: libc (>= 2), headers'
  package second $architecture libc 2.41-13 4000 'Multi-Arch: same'
  package second $architecture headers:all 6 500 'Multi-Arch: foreign'
  package expired $architecture libc 2.41-12 4000
  package future $architecture libc 2.41-12 4000
done
xz -k debian/dists/second/main/*/Packages
release first
release first-backports 'NotAutomatic: yes' 'ButAutomaticUpgrades: yes'
release second
release expired 'Valid-Until: Sat, 08 Nov 2025 00:00:00 UTC'

# Of a time that is still to come.
past=$date
date='Thu, 01 Nov 2125 00:00:00 UTC'
release future
date=$past

# A week later, nothing new.
cp debian/dists/first/InRelease "$GNUPGHOME"
time=20251108T000000
release first
mkdir later
mv debian/dists/first/InRelease later/first.InRelease
mv "$GNUPGHOME/InRelease" debian/dists/first
