# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of licences.nix. From the derivation: $trees, $packages, $licences, $out.

for package in $packages; do
	llvm-ar p "$package" data.tar.xz | tar -xJ --wildcards './usr/share/doc/*/copyright'
done

# A package's folder may be a link to another package's.
find -L usr $(printf '%s/usr/share/doc ' $trees) -name copyright | sort | xargs sha256sum | "$licences" >"$out"
