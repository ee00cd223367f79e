# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "A kernel module in Rust, its client, and a test that boots both";

  # Whatever `nix registry add ferrite …` says; or write the address here.
  inputs.ferrite.url = "flake:ferrite";

  outputs =
    { ferrite, ... }:
    let
      inherit (ferrite) lib;
      module = lib.mkKernelModule {
        name = "greeter";
        src = ./module;
      };
      client = lib.mkGuestProgram {
        name = "greet";
        src = ./client/greet.rs;
      };
      machine = {
        modules = [ module ];
        programs = [ client ];
      };
    in
    {
      packages.x86_64-linux = {
        inherit module client;
        default = lib.mkVm machine;
      };
      checks.x86_64-linux.default = lib.mkVmTest (machine // { script = ./test.sh; });
    };
}
