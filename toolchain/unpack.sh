# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# Builder of tree.nix; runs in busybox's shell. From the derivation: $out, $busybox, $debs, and where the
# tree is to be relocated $relocate, $patchelf, $postInstall.

mkdir -p "$out" /tmp/bin
"$busybox/usr/bin/busybox" --install -s /tmp/bin
export PATH=/tmp/bin

# Debian's /bin, /lib, … are links into /usr; base-files, which makes them, is not unpacked.
for directory in bin sbin lib lib64; do
	mkdir -p "$out/usr/$directory"
	ln -s "usr/$directory" "$out/$directory"
done

export out
printf '%s\n' $debs | xargs -n 1 -P "$NIX_BUILD_CORES" sh -euc 'dpkg-deb -x "$1" "$out"' sh

# Documentation goes, licences stay.
find "$out/usr/share/doc" -type f ! -name copyright -exec rm {} + 2>/dev/null || true
for directory in bash-completion doc-base fish info lintian locale man zsh; do
	rm -rf "${out:?}/usr/share/$directory"
done

if [ -n "${relocate-}" ]; then
	# shellcheck source=toolchain/relocate.sh
	. "$relocate"
fi
