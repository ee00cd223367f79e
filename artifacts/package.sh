# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $files, $describe, $derivation, $attribute, $system, $architecture, $lock, $licences, $out, $expected.

sources=$TMPDIR/sources
sha1=$TMPDIR/sha1

cp -r --no-preserve=mode "$files" "$out"
chmod +x "$out/chardevctl"
cd "$out"
sha256sum -- * >"$expected"
sha1sum -- * >"$sha1"
verification_code=$(cut -d ' ' -f 1 "$sha1" | sort | tr -d '\n' | sha1sum | cut -d ' ' -f 1)

"$describe" sources "$derivation" | while read -r source; do
	find "$source" -type f
done | sort | xargs sha256sum >"$sources"
"$describe" statements "$derivation" --attribute "$attribute" --system "$system" --architecture "$architecture" \
	--lock "$lock" --licences "$licences" \
	--verification-code "$verification_code" --sha1 "$sha1" --sha256 "$expected" --sources "$sources" --out .
sha256sum -- * >"$TMPDIR/sums"
mv "$TMPDIR/sums" SHA256SUMS
