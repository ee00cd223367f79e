# SPDX-License-Identifier: MIT OR Apache-2.0
#
# `vm` for the suite that is about itself. The module that its guest comes with is a template's, so that no edit of the driver makes
# another of it.
{ lib }:
# Type: mkAnyVm :: { kernel :: Derivation } -> Derivation
{ kernel }:
lib.mkVm {
  inherit kernel;
  modules = [
    (lib.mkKernelModule {
      name = "counter";
      src = ../../templates/c/module;
      inherit kernel;
    })
  ];
  symbols = true;
}
