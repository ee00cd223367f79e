# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of crate.nix. From the derivation: $sources, $crate, $version, $features, $patch, $buildFolder, $offline,
# $out.

# shellcheck source=toolchain/build-folder.sh
. "$buildFolder"

# A directory source is what the archives hold, beside the hash that the lock file knows each by.
mkdir crates
for archive in "$sources"/*.crate; do
	tar -xzf "$archive" -C crates
	printf '{"files":{},"package":"%s"}' "$(sha256sum "$archive" | cut -d ' ' -f 1)" \
		>"crates/$(basename "$archive" .crate)/.cargo-checksum.json"
done

# shellcheck source=toolchain/offline.sh
. "$offline" "$PWD/crates"

cd "crates/$crate-$version"
eval "$patch"
cargo install --locked --ignore-rust-version --no-track --root "$out" --path . --no-default-features --features "$features"
