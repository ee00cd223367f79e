# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The machines that build, by Nix's name of the system, and what they call things.
#
# architecture: Debian's name of the processor; the sets of pins.lock have it too.
# machine: Rust's and Linux's name of it.
# variable: Rust's target in the names of cargo's variables.
# libraries: Debian's folder for libraries, in /usr/lib.
# loader: what programs name as theirs, less the slash it begins with.
# clang: the target of the archive's clang where it is told none.
# findLoader: that target's linker options, by which programs find the loader of the tree OUT.
{
  x86_64-linux = {
    architecture = "amd64";
    machine = "x86_64";
    variable = "X86_64_UNKNOWN_LINUX_GNU";
    libraries = "x86_64-linux-gnu";
    loader = "lib64/ld-linux-x86-64.so.2";
    clang = "x86_64-pc-linux-gnu";
    findLoader = out: "-Wl,--dynamic-linker=${out}/lib64/ld-linux-x86-64.so.2";
  };
  aarch64-linux = {
    architecture = "arm64";
    machine = "aarch64";
    variable = "AARCH64_UNKNOWN_LINUX_GNU";
    libraries = "aarch64-linux-gnu";
    loader = "lib/ld-linux-aarch64.so.1";
    clang = "aarch64-unknown-linux-gnu";
    # Programs for the guest are of the same target, and static: by the option above, lld would give these a loader too.
    findLoader = out: "--dyld-prefix=${out}";
  };
}
