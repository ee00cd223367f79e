# SPDX-License-Identifier: GPL-2.0
#
# Kernel modules, in Rust or in C, built out of tree by the kernel's own Kbuild.
{
  mkDerivation,
  defaultKernel,
}:
# name: of the derivation.
# src: a folder with a Kbuild file, which says by `obj-m` what there is to build.
# kernel: a result of mkKernel. The modules can be loaded into no other.
# makeFlags: further arguments of make, such as "W=e" (warnings are errors) or "CLIPPY=1". None may hold a space.
# postInstall: shell commands after that, in the folder of the objects; $source, $out and $debug are set.
# meta: what nixpkgs means by it. All other attributes are make's environment.
#
# out: every .ko, stripped. debug: the same with debug information.
#
# Type: mkKernelModule ::
#   { name :: String, src :: Path, kernel :: Derivation, makeFlags :: [ String ], postInstall :: String, … } -> Derivation
# Example: mkKernelModule { name = "greeter"; src = ./module; }
{
  src,
  kernel ? defaultKernel,
  makeFlags ? [ ],
  ...
}@arguments:
mkDerivation (
  {
    outputs = [
      "out"
      "debug"
    ];
    script = ./module.sh;
  }
  // removeAttrs arguments [ "src" ]
  // {
    source = src;
    kernel = kernel.dev;
    inherit makeFlags;
  }
)
