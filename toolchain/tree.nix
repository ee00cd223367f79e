# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Debian packages, unpacked over each other into one tree.
{
  system,
  pins,
  busybox,
}:
let
  # Type: unpack :: { name :: String, sets :: [ String ], … } -> Derivation
  unpack =
    {
      name,
      sets,
      meta ? { },
      ...
    }@arguments:
    derivation (
      {
        inherit system;
        builder = "${busybox}/usr/bin/busybox";
        args = [
          "sh"
          "-eu"
          ./unpack.sh
        ];
        inherit busybox;
        debs = builtins.concatMap pins.set sets;
        # Compile nothing, link nothing: build where the files are.
        preferLocalBuild = true;
      }
      // removeAttrs arguments [
        "sets"
        "meta"
      ]
    )
    // {
      inherit meta;
    };

  patchelf = unpack {
    name = "patchelf";
    sets = [ "patchelf" ];
  };
in
{
  inherit unpack;

  # A tree whose programs run from the store: loader, libraries and absolute links are its own.
  #
  # postInstall: shell commands for what Debian's maintainer scripts would do, such as alternatives.
  #
  # Type: relocate :: { name :: String, sets :: [ String ], postInstall :: String } -> Derivation
  # Example: relocate { name = "qemu"; sets = [ "qemu" ]; }
  relocate =
    arguments:
    unpack (
      arguments
      // {
        inherit patchelf;
        relocate = ./relocate.sh;
      }
    );
}
