# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The pinned archive: every package named in pins.lock, as a fixed-output derivation.
#
# The address is Debian's snapshot archive, where a file stays for good. `nixw` puts the same files
# into the store from a nearer mirror; the store path depends on name and hash alone, so Nix
# then has nothing left to fetch.
{ architecture }:
let
  fields = separator: line: builtins.filter builtins.isString (builtins.split separator line);
  words = fields " ";

  lines = builtins.filter (line: builtins.isString line && builtins.match "#.*|" line == null) (
    builtins.split "\n" (builtins.readFile ./pins.lock)
  );

  # The first line that is no comment: "snapshot TIME".
  snapshot = builtins.elemAt (words (builtins.head lines)) 1;

  pin =
    line:
    let
      field = builtins.elemAt (words line);
    in
    {
      sha256 = field 3;
      path = field 4;
      sets = fields "," (field 5);
      file = fetch (field 3) (field 4);
    };

  # A store path cannot hold a tilde.
  storeName = path: builtins.replaceStrings [ "~" ] [ "-" ] (baseNameOf path);

  # "debian/pool/…" is at ".../archive/debian/20260101T000000Z/pool/…".
  fetch =
    sha256: path:
    let
      parts = builtins.match "([^/]+)/(.*)" path;
      archive = builtins.elemAt parts 0;
      file = builtins.replaceStrings [ "+" "~" ] [ "%2B" "%7E" ] (builtins.elemAt parts 1);
    in
    import <nix/fetchurl.nix> {
      name = storeName path;
      url = "https://snapshot.debian.org/archive/${archive}/${snapshot}/${file}";
      inherit sha256;
    };

  pins = map pin (builtins.tail lines);

  # "qemu:arm64" is for hosts of that architecture; "guest" is for all.
  isForThisHost =
    set:
    let
      host = builtins.match ".*:(.*)" set;
    in
    host == null || host == [ architecture ];

  wanted = builtins.filter (pin: builtins.any isForThisHost pin.sets) pins;

  # Nobody who does not ask for them waits for them.
  sets = (builtins.fromTOML (builtins.readFile ./pins.toml)).sets;
  isExtraSet = set: sets.${builtins.head (fields ":" set)}.extra or false;
  isExtra = pin: builtins.all isExtraSet (builtins.filter isForThisHost pin.sets);

  manifest =
    pins:
    builtins.concatStringsSep "" (
      map (
        pin: "${builtins.unsafeDiscardStringContext pin.file.outPath} ${pin.sha256} ${pin.path}\n"
      ) pins
    );
in
{
  # The `.deb` files of a set of pins.toml, with their dependencies; where there is one a host, of this host's.
  #
  # Type: set :: String -> [ Derivation ]
  # Example: set "qemu"
  set =
    name:
    let
      isIn = pin: builtins.elem name pin.sets || builtins.elem "${name}:${architecture}" pin.sets;
      found = builtins.filter isIn pins;
    in
    if found == [ ] then
      throw ''
        cannot take the packages of the set "${name}"
          because: pins.lock has none of it for ${architecture}
          do this: describe the set in toolchain/pins.toml, then ./nixw run .#update -- --write''
    else
      map (pin: pin.file) found;

  # For `nixw`: a line a pin of this host's, "STORE-PATH SHA256 ARCHIVE-PATH"; `extra`, those of sets that pins.toml calls extra.
  #
  # Type: { manifest :: String, extra :: String }
  manifest = manifest (builtins.filter (pin: !isExtra pin) wanted);
  extra = manifest (builtins.filter isExtra wanted);
}
