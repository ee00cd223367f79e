# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "The pinned bash, as what `nix develop` takes from nixpkgs";

  outputs = _: {
    legacyPackages = builtins.mapAttrs (system: _: {
      bashInteractive = (import ../. { inherit system; }).tools;
    }) (import ../hosts.nix);
  };
}
