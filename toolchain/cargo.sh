# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of rust.nix. From the derivation: $workspace, $members, $run, $crates, $tools, $aarch64.

registry=$crates/usr/share/cargo/registry
export CARGO_HOME=$PWD/cargo
export CARGO_BUILD_JOBS=$NIX_BUILD_CORES

mkdir "$CARGO_HOME"
cat >"$CARGO_HOME/config.toml" <<EOF
[net]
offline = true

[source.crates-io]
replace-with = "debian"

[source.debian]
directory = "$registry"

# A target even where it is the build machine: what runs at build time, such as macros, is dynamic and takes no flags.
[build]
target = "x86_64-unknown-linux-gnu"

# Without clang's configuration for the build machine, which is about dynamic programs.
[target.x86_64-unknown-linux-gnu]
linker = "clang"
rustflags = [
  "--remap-path-prefix=$registry=/crates",
  "-Ctarget-feature=+crt-static",
  "-Clink-arg=--target=x86_64-linux-gnu",
  "-Clink-arg=--sysroot=$tools",
  "-Clink-arg=-fuse-ld=lld",
]

[target.aarch64-unknown-linux-gnu]
linker = "clang"
rustflags = [
  "--sysroot=$aarch64/usr",
  "--remap-path-prefix=$registry=/crates",
  "-Ctarget-feature=+crt-static",
  "-Clink-arg=--target=aarch64-linux-gnu",
  "-Clink-arg=--sysroot=$aarch64",
  "-Clink-arg=-fuse-ld=lld",
]
EOF

cp -r --no-preserve=mode "$workspace" workspace
cd workspace

# Of the members, those that are here. Of the lock, versions only: Debian repacks some crates, so their hashes are not
# those of cargo's own registry; pins.lock holds the archive's.
sed -i "s|^members = .*|members = [$(printf '"%s",' $members)]|" Cargo.toml
sed -i '/^checksum = /d' Cargo.lock

eval "$run"
