# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A small static program for the guest, without cargo: from one file, in Rust or in C.
{
  mkDerivation,
  targets,
  aarch64,
}:
# name: of the derivation and of the program.
# src: a file that ends in .rs (edition 2021, with the standard library) or .c (with glibc).
# flags: further arguments of the compiler, none of which may hold a space, such as "-I${driver}/include/uapi".
# meta: what nixpkgs means by it.
#
# out: bin/NAME.
#
# Type: mkGuestProgram :: { name :: String, src :: Path, flags :: [ String ], meta :: AttrSet } -> Derivation
# Example: mkGuestProgram { name = "greet"; src = ./greet.rs; }
{
  name,
  src,
  flags ? [ ],
  meta ? { },
}:
mkDerivation {
  inherit
    name
    meta
    flags
    aarch64
    ;
  script = ./program.sh;
  source = src;
  rustFlags = targets.CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS;
}
