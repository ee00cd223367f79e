# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What cargo needs in its environment to build static programs for the build machine and for the guest; the sandbox and the
# development shell share it.
{
  host,
  tools,
  aarch64,
  # Where the crates are, which programs do not name. Not needed if that is in the folder of the build: see build-folder.sh.
  registry ? null,
}:
let
  flags =
    machine: sysroot: more:
    toString (
      more
      ++ (if registry == null then [ ] else [ "--remap-path-prefix=${registry}=/crates" ])
      ++ [
        "-Ctarget-feature=+crt-static"
        "-Clink-arg=--target=${machine}-linux-gnu"
        "-Clink-arg=--sysroot=${sysroot}"
        "-Clink-arg=-fuse-ld=lld"
      ]
    );
  # For programs of the build machine.
  #
  # clang by another target's name, so without its configuration for the build machine, which is about dynamic programs.
  own = {
    "CARGO_TARGET_${host.variable}_LINKER" = "clang";
    "CARGO_TARGET_${host.variable}_RUSTFLAGS" = flags host.machine tools [ ];
    "CFLAGS_${host.machine}_unknown_linux_gnu" = "--sysroot=${tools}";
  };

  # For programs of the guest. A build machine of the guest's kind makes its own in the same way.
  guest = {
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER = "clang";
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS = flags "aarch64" aarch64 (
      [ "--sysroot=${aarch64}/usr" ]
      # There it is clang's own target by any name, and cargo cannot tell the two by theirs.
      ++ (
        if host.machine == "aarch64" then
          [
            "-Clink-arg=--no-default-config"
            "--cfg=native"
          ]
        else
          [ ]
      )
    );
    CFLAGS_aarch64_unknown_linux_gnu = "--sysroot=${aarch64}";
  };
in
own
// guest
// {
  # A target even where it is the build machine: what runs at build time, such as macros, is dynamic and takes no flags.
  CARGO_BUILD_TARGET = "${host.machine}-unknown-linux-gnu";

  # For crates that compile C.
  CC = "clang";
  AR = "llvm-ar";
}
