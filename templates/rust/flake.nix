# SPDX-License-Identifier: MIT OR Apache-2.0
{
  description = "A kernel module in Rust, its client, and a test that boots both";

  # Whatever `nix registry add ferrite …` says; or write the address here.
  inputs.ferrite.url = "flake:ferrite";

  outputs =
    { ferrite, ... }:
    ferrite.lib.eachSystem (
      lib:
      let
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
        packages = {
          inherit module client;
          default = lib.mkVm machine;
        };
        checks.default = lib.mkVmTest (machine // { script = ./test.sh; });
      }
    );
}
