# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# What crates.nix has cargo.sh run. From the derivation: $members, $compile, $out.

# Each member is an empty library that depends on what the member does.
for member in $members; do
	awk '/^\[/ { target = /^\[(\[|lib\])/ } !target' "$member/Cargo.toml" >manifest
	mv manifest "$member/Cargo.toml"
	mkdir "$member/src"
	echo '//! Empty.' >"$member/src/lib.rs"
done

eval "$compile"

# All that one run of the compiler leaves has a hash in its name.
for member in $members; do
	name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$member/Cargo.toml")
	find target -path "*/.fingerprint/$name-????????????????" -printf '%f\n'
done | sed 's/.*-//' | while read -r hash; do
	find target -name "*-$hash*" -prune -exec rm -r {} +
done

# Of the folder that this ran in, cargo looks for what a crate's own program said, and tells its name by `root-output`.
find target -name '*.d' -delete
find target -path '*/build/*' -type f \( -name output -o -name root-output -o -name stderr \) -exec sed -i "s,${PWD%/*},/build,g" {} +

mkdir "$out"
find target \( -name .fingerprint -o -name build -o -name deps \) -prune -exec cp -r --parents --target-directory "$out" {} +
