# SPDX-License-Identifier: GPL-2.0
#
# Linux for arm64, with Rust, from `tinyconfig` and fragments.
#
# out: Image, config, System.map, and modules/ with what the fragments set to `m`.
# dev: what out-of-tree modules build against, as `make -C ${kernel.dev} M=…`.
# debug: vmlinux with debug information, and the scripts for gdb.
# tree: the folder as the build leaves it, less what no other build reads: for builds with something added (in-tree.nix).
{
  mkDerivation,
  tools,
  # The `linux-source` package of the archive.
  source,
  name ? "linux",
  description ? "Linux for arm64, with Rust",
  # Files of `CONFIG_…` lines. Every line must hold in the configuration that comes out.
  fragments ? [
    ./base.config
    ./compat.config
    ./debug-info.config
    ./detect.config
    ./faults.config
    ./filesystems.config
    ./modules.config
    ./reproducible.config
    ./rust.config
    ./virt.config
  ],
  # Further ones.
  extraFragments ? [ ],
  # Flags for clang, after those that the configuration means.
  optimization ? "",
  # `NAME=VALUE` for make, spaces in a value escaped; they count more than what the kernel's own files set.
  makeVariables ? "",
  # Whether there is the output `tree`.
  keepTree ? true,
}:
mkDerivation {
  inherit name tools source;
  meta = {
    inherit description;
  };
  outputs = [
    "out"
    "dev"
    "debug"
  ]
  ++ (if keepTree then [ "tree" ] else [ ]);
  script = ./build.sh;
  make = ./make.sh;
  buildFolder = ../toolchain/build-folder.sh;
  popen = ./popen.h;
  inherit optimization;
  GNUMAKEFLAGS = makeVariables;
  fragments = fragments ++ extraFragments;
}
