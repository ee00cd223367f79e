# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Every program that builds: LLVM, Rust, make and its kin, a POSIX userland.
{ host, relocate }:
let
  out = builtins.placeholder "out";

  # Read by clang whenever it compiles for the build machine, so that `clang` and `cc` need no flags.
  clangConfig = ''
    --sysroot=${out}
    -fuse-ld=lld
    ${host.findLoader out}
    -Wl,-rpath,${out}/usr/lib/${host.libraries}
  '';
in
relocate {
  name = "tools";
  meta.description = "LLVM, Rust and all else that runs during a build";
  sets = [ "tools" ];
  inherit clangConfig;
  postInstall = ''
    ln -s bash "$out/usr/bin/sh"
    ln -s mawk "$out/usr/bin/awk"
    ln -s ../lib/llvm-19/bin/clang "$out/usr/bin/cc"
    printf %s "$clangConfig" >"$out/usr/lib/llvm-19/bin/${host.clang}.cfg"
  '';
}
