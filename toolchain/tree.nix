# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Debian packages, unpacked over each other into one tree.
{
  system,
  host,
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

  # Written in the names of x86_64, and replaced for the others: a script that takes them from the environment would be another input,
  # and build everything on x86_64 anew for nothing.
  relocate =
    if host.architecture == "amd64" then
      ./relocate.sh
    else
      builtins.toFile "relocate.sh" (
        builtins.replaceStrings
          [ "lib64/ld-linux-x86-64.so.2" "x86_64-linux-gnu" ]
          [ host.loader host.libraries ]
          (builtins.readFile ./relocate.sh)
      );

  patchelf = unpack {
    name = "patchelf";
    sets = [ "patchelf" ];
  };
in
{
  inherit unpack;

  # The command that runs a program of an unpacked tree, where relocation would break it.
  #
  # Type: command :: Derivation -> String -> String
  # Example: command (unpack { name = "shellcheck"; sets = [ "shellcheck" ]; }) "shellcheck"
  command =
    tree: program:
    "${tree}/${host.loader} --library-path ${tree}/usr/lib/${host.libraries} ${tree}/usr/bin/${program}";

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
        inherit patchelf relocate;
      }
    );
}
