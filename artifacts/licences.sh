# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of licences.nix. From the derivation: $trees, $packages, $describe, $out.

for package in $packages; do
	llvm-ar p "$package" data.tar.xz | tar -xJ ./usr/share/doc
done

# A package's folder may be a link to another package's.
# shellcheck disable=SC2046  # no path in the store holds a space
find -L usr $(printf '%s/usr/share/doc ' $trees) -name copyright | sort | xargs sha256sum | "$describe" licences >"$out"
