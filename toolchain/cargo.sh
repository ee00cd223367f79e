# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of rust.nix. From the derivation: $workspace, $members, $run, $registry, $buildFolder, $offline, and where crates are
# compiled $crates.

# shellcheck source=toolchain/build-folder.sh
. "$buildFolder"
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

# Nobody debugs what is built here, nor builds it again in this folder.
export CARGO_PROFILE_DEV_DEBUG=false CARGO_INCREMENTAL=0

if [ -z "${crates-}" ]; then
	eval "$run"
	exit
fi

# Links: their times are all the same, so that to cargo none is newer than what was compiled with it.
cp -rs --no-preserve=mode "$crates/target" target
eval "$run" 2>&1 | tee "$TMPDIR/log"
# cargo names the folder of a member, and none for a crate of the registry.
if grep -E '^ +(Compiling|Checking) [^ ]+ [^ ]+$' "$TMPDIR/log" >&2; then
	echo "compiling with the crates of $crates: those above were compiled again: make them with the members, targets and profile that they are used with" >&2
	exit 1
fi
