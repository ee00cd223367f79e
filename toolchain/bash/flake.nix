# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "The pinned bash, as what `nix develop` takes from nixpkgs";

  outputs =
    _:
    let
      system = "x86_64-linux";
    in
    {
      legacyPackages.${system}.bashInteractive = (import ../. { inherit system; }).tools;
    };
}
