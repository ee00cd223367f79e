# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of rust.nix. From the derivation: $workspace, $members, $run, $registry, $offline.

# shellcheck source=toolchain/offline.sh
. "$offline" "$registry"

cp -r --no-preserve=mode "$workspace" workspace
cd workspace

# Of the members, those that are here. Of the lock, versions only: Debian repacks some crates, so their hashes are not
# those of cargo's own registry; pins.lock holds the archive's.
sed -i "s|^members = .*|members = [$(printf '"%s",' $members)]|" Cargo.toml
sed -i '/^checksum = /d' Cargo.lock
# Debian builds clap and spdx with older versions of these than their own manifests take, and so than the lock names.
for crate in heck smallvec strsim; do
	version=$(basename "$registry/$crate"-*)
	sed -i "/^name = \"$crate\"$/{n;s/\".*\"/\"${version#"$crate-"}\"/}" Cargo.lock
done

eval "$run"
