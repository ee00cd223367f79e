# SPDX-License-Identifier: GPL-2.0
#
# Files of the kernel's source, as they are there.
{
  mkDerivation,
  # The `linux-source` package of the archive.
  source,
}:
# files: paths in the source; of a folder, all that is in it.
#
# Type: sourceFiles :: [ String ] -> Derivation
# Example: sourceFiles [ "COPYING" "tools/include/nolibc" ]
files:
mkDerivation {
  name = "linux-source-files";
  script = ./source-files.sh;
  inherit source files;
}
