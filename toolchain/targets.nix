# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What cargo needs in its environment to build static programs for the build machine and for the guest; the sandbox and the
# development shell share it.
{
  tools,
  aarch64,
  # Where the crates are, which programs do not name.
  registry,
}:
let
  flags =
    machine: sysroot: more:
    toString (
      more
      ++ [
        "--remap-path-prefix=${registry}=/crates"
        "-Ctarget-feature=+crt-static"
        "-Clink-arg=--target=${machine}-linux-gnu"
        "-Clink-arg=--sysroot=${sysroot}"
        "-Clink-arg=-fuse-ld=lld"
      ]
    );
in
{
  # A target even where it is the build machine: what runs at build time, such as macros, is dynamic and takes no flags.
  CARGO_BUILD_TARGET = "x86_64-unknown-linux-gnu";

  # clang by another target's name, so without its configuration for the build machine, which is about dynamic programs.
  CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER = "clang";
  CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS = flags "x86_64" tools [ ];

  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER = "clang";
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS = flags "aarch64" aarch64 [
    "--sysroot=${aarch64}/usr"
  ];

  # For crates that compile C.
  CC = "clang";
  AR = "llvm-ar";
  CFLAGS_x86_64_unknown_linux_gnu = "--sysroot=${tools}";
  CFLAGS_aarch64_unknown_linux_gnu = "--sysroot=${aarch64}";
}
