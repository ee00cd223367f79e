# SPDX-License-Identifier: MIT OR Apache-2.0
#
# gdb for machines of any architecture, with its Python.
{ relocate, mkWrapper }:
let
  tree = relocate {
    name = "gdb-tree";
    sets = [ "gdb" ];
  };
in
mkWrapper {
  name = "gdb";
  program = "${tree}/usr/bin/gdb-multiarch --data-directory=${tree}/usr/share/gdb";
  prelude = "export PYTHONHOME=${tree}/usr";
}
