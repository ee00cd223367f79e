# SPDX-License-Identifier: GPL-2.0
#
# Our kernel, with what somebody's module needs besides.
{
  mkDerivation,
  tools,
  # The `linux-source` package of the archive.
  source,
  # What makes it one that loads signed modules only: see signed.nix.
  signed,
}:
# fragments: files of `CONFIG_…=y`, `CONFIG_…=m` and `# CONFIG_… is not set` lines, in addition to ours. Every line must hold in the
#   configuration that comes out: name what an option depends on, too. Without fragments this is the kernel that the flake has.
# debug: whether it has every checker on (KASAN, lockdep, kmemleak, UBSAN, fault injection, KUnit), at a price in speed and memory.
#   A machine needs more of it then: see `debugOptions`. It starts from an initramfs alone: for a disk, give disk.config as a fragment.
# signedBy: certificates (X.509, PEM). The kernel then loads no module but those that the key of one of them has signed: see
#   docs/signing.md. Whoever they are, it is compiled once. Without any (`[ ]`) it loads none at all.
# optimization: flags for clang when it compiles the kernel, but no modules, after those that the configuration means. Without any, it is
#   compiled for size.
# name, description: of the derivation.
#
# out: Image, config, System.map, modules/. dev: what modules build against. debug: vmlinux with debug information.
#
# Type: mkKernel ::
#   { fragments :: [ Path ], debug :: Bool, signedBy :: [ Path ], optimization :: String, name :: String,
#     description :: String } -> Derivation
# Example: mkKernel { fragments = [ ./i2c.config ]; }
{
  fragments ? [ ],
  debug ? false,
  signedBy ? null,
  ...
}@arguments:
let
  # A quarter less code than of -O2. Linux counts on the compiler to inline, and does not link if nothing is, so this inlines what -Os
  # does. Pieces that functions share would have no name of their own in a stack.
  size = [
    "-Oz"
    "-mllvm"
    "-inline-threshold=50"
    "-mno-outline"
  ];

  kernel = import ./package.nix (
    {
      inherit tools source;
      optimization = toString size;
      mkDerivation = if signedBy == null then mkDerivation else signed.mkDerivation;
    }
    // (
      if debug then
        {
          name = "linux-debug";
          description = "The same kernel with every checker on: KASAN, lockdep, kmemleak, fault injection, KUnit";
          extraFragments = import ./debug ++ fragments;
          keepTree = false;
        }
      else
        {
          extraFragments = [
            ./disk.config
            ./rust-inline.config
          ]
          ++ fragments;
          # What modules in Rust inline of C is compiled as C modules are.
          makeVariables = "CFLAGS_REMOVE_helpers/helpers_module.o=${builtins.concatStringsSep "\\ " size}";
        }
    )
    // removeAttrs arguments [
      "fragments"
      "debug"
      "signedBy"
    ]
  );
in
if signedBy == null || signedBy == [ ] then kernel else signed.trust kernel signedBy
