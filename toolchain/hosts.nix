# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The machines that build, by Nix's name of the system, and what they call things.
#
# architecture: Debian's name of the processor, which the sets of pins.lock have too.
# machine: Rust's and Linux's name of it.
# libraries: the folder of Debian's that has a machine's libraries, below /usr/lib.
# loader: of programs, where Debian built its name into them.
# clang: the target that the archive's clang compiles for if not told otherwise.
{
  x86_64-linux = {
    architecture = "amd64";
    machine = "x86_64";
    libraries = "x86_64-linux-gnu";
    loader = "lib64/ld-linux-x86-64.so.2";
    clang = "x86_64-pc-linux-gnu";
  };
  aarch64-linux = {
    architecture = "arm64";
    machine = "aarch64";
    libraries = "aarch64-linux-gnu";
    loader = "lib/ld-linux-aarch64.so.1";
    clang = "aarch64-unknown-linux-gnu";
  };
}
