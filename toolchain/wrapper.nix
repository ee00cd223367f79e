# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A command that starts a program with what it needs in its environment.
{ mkDerivation, busybox }:
# prelude: shell commands that set the environment.
#
# Type: mkWrapper :: { name :: String, program :: String, prelude :: String } -> Derivation
# Example: mkWrapper { name = "hi"; program = "${hello}/bin/hello"; prelude = "export LC_ALL=C"; }
arguments:
mkDerivation (
  {
    script = ./wrapper.sh;
    # Not every sandbox has a /bin/sh.
    shell = "${busybox}/usr/bin/busybox sh";
  }
  // arguments
)
