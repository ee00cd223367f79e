# SPDX-License-Identifier: MIT OR Apache-2.0
#
# diffoscope, which takes apart what differs, with LLVM's programs for ELF files.
{
  unpack,
  command,
  tools,
  diskTools,
  mkDerivation,
  mkWrapper,
}:
let
  # Run through its loader: patchelf breaks what is linked for one address.
  tree = unpack {
    name = "diffoscope-tree";
    sets = [ "diffoscope" ];
  };

  # By the names that it asks for.
  elf = mkDerivation {
    name = "elf-programs";
    script = builtins.toFile "elf-programs.sh" ''
      mkdir -p "$out/bin"
      for program in ar nm objcopy objdump readelf strings; do
        ln -s "$(command -v "llvm-$program")" "$out/bin/$program"
      done
    '';
  };
in
mkWrapper {
  name = "diffoscope";
  program = "${command tree "python3.13"} -I ${tree}/usr/bin/diffoscope";
  prelude = ''
    export PYTHONHOME=${tree}/usr MAGIC=${tree}/usr/lib/file/magic.mgc
    LIBARCHIVE=$(echo ${tree}/usr/lib/*-linux-gnu/libarchive.so.13)
    export LIBARCHIVE
    export PATH=${elf}/bin:${diskTools}/usr/bin:${tools}/usr/bin:$PATH
  '';
}
