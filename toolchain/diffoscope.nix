# SPDX-License-Identifier: MIT OR Apache-2.0
#
# diffoscope, which takes apart what differs, with the programs that it asks about ELF files, archives and disks.
{
  unpack,
  relocate,
  command,
  mkWrapper,
}:
let
  sets = [ "diffoscope" ];

  # Run through its loader: patchelf breaks what is linked for one address.
  tree = unpack {
    name = "diffoscope-tree";
    inherit sets;
  };

  programs = relocate {
    name = "diffoscope-programs";
    inherit sets;
    # Not these, which then do not start.
    postInstall = ''rm -f "$out"/usr/bin/python3*'';
  };
in
mkWrapper {
  name = "diffoscope";
  program = "${command tree "python3.13"} -I ${tree}/usr/bin/diffoscope";
  prelude = ''
    export PYTHONHOME=${tree}/usr PATH="${programs}/usr/bin:$PATH" MAGIC=${tree}/usr/lib/file/magic.mgc
  '';
}
