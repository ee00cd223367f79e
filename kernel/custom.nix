# SPDX-License-Identifier: GPL-2.0
#
# Our kernel, with what somebody's module needs besides.
{
  mkDerivation,
  tools,
  # The `linux-source` package of the archive.
  source,
}:
# fragments: files of `CONFIG_…=y`, `CONFIG_…=m` and `# CONFIG_… is not set` lines, in addition to ours. Every line must hold in the
#   configuration that comes out: name what an option depends on, too. Without fragments this is the kernel that the flake has.
# debug: whether it has every checker on (KASAN, lockdep, kmemleak, UBSAN, fault injection, KUnit), at a price in speed and memory.
#   A machine needs more of it then: see `debugOptions`.
# name, description: of the derivation.
#
# out: Image, config, System.map, modules/. dev: what modules build against. debug: vmlinux with debug information.
#
# Type: mkKernel :: { fragments :: [ Path ], debug :: Bool, name :: String, description :: String } -> Derivation
# Example: mkKernel { fragments = [ ./i2c.config ]; }
{
  fragments ? [ ],
  debug ? false,
  ...
}@arguments:
import ./package.nix (
  {
    inherit mkDerivation tools source;
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
      { extraFragments = [ ./rust-inline.config ] ++ fragments; }
  )
  // removeAttrs arguments [
    "fragments"
    "debug"
  ]
)
