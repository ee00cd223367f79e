# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What a kernel is built anew for: it is the same derivation from a copy of this repository that lacks all else. And that the driver is not,
# from one that lacks a file of it, or this would see nothing.
#
# packages: this flake's, of the system.
#
# Type: { system :: String, repository :: Path, packages :: AttrSet } -> [ String ]
{
  system,
  repository,
  packages,
}:
let
  # The packages from a copy with some folders, less some of their files. Nix evaluates no more of the flake than is asked for.
  from =
    folders: less:
    let
      copy = builtins.path {
        name = "part";
        path = repository;
        filter =
          file: _:
          let
            path = builtins.substring (builtins.stringLength (toString repository) + 1) (-1) file;
          in
          builtins.elem (builtins.head (builtins.split "/" path)) ([ "flake.nix" ] ++ folders)
          && !builtins.elem path less;
      };
      flake = import (copy + "/flake.nix");
    in
    (flake.outputs {
      self = throw "the part of a flake has no self";
      nixpkgs = throw "the part of a flake has no inputs";
    }).packages.${system};

  ofKernels = [
    "kernel"
    "lib"
    "toolchain"
  ];
  ofDriver = ofKernels ++ [
    "driver"
    "vm"
  ];

  isSame = name: part: part.${name}.drvPath == packages.${name}.drvPath;
  edited = from ofDriver [ "driver/hello.rs" ];

  cases = {
    kernel_takes_nothing_else = isSame "kernel" (from ofKernels [ ]);
    debug_kernel_takes_nothing_else = isSame "debugKernel" (from ofKernels [ ]);
    kernel_7_2_takes_nothing_else = isSame "kernel_7_2" (from ofKernels [ ]);
    driver_takes_nothing_else = isSame "driver" (from ofDriver [ ]);
    driver_is_another_when_edited = !isSame "driver" edited;
    kernel_is_the_same_then = isSame "kernel" edited;
  };
in
map (
  name: if cases.${name} then "test ${name} ... ok" else throw "rebuilds: ${name} does not hold"
) (builtins.attrNames cases)
