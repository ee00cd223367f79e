# SPDX-License-Identifier: GPL-2.0
#
# Linux for arm64, with Rust, from `tinyconfig` and fragments.
#
# out: Image, config, System.map, and modules/ with what the fragments set to `m`.
# dev: what out-of-tree modules build against, as `make -C ${kernel.dev} M=…`.
{
  mkDerivation,
  tools,
  # The `linux-source` package of the archive.
  source,
  # Files of `CONFIG_…` lines. Every line must hold in the configuration that comes out.
  fragments ? [
    ./base.config
    ./compat.config
    ./detect.config
    ./faults.config
    ./filesystems.config
    ./modules.config
    ./reproducible.config
    ./rust.config
    ./virt.config
  ],
}:
mkDerivation {
  name = "linux";
  meta.description = "Linux for arm64, with Rust";
  outputs = [
    "out"
    "dev"
  ];
  script = ./build.sh;
  popen = ./popen.h;
  inherit tools source fragments;
}
