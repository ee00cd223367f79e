# SPDX-License-Identifier: GPL-2.0
#
# The driver on NixOS: loaded at boot with its parameters, its devices for the members of a group, its client installed.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    literalExpression
    literalMD
    mkEnableOption
    mkIf
    mkOption
    types
    ;
  cfg = config.hardware.chardev;

  # Values of a module parameter, as modprobe.d(5) has them; null leaves the parameter out.
  moduleOptions =
    module: parameters:
    let
      given = lib.filterAttrs (_: value: value != null) parameters;
    in
    lib.concatStringsSep " " (
      [
        "options"
        module
      ]
      ++ lib.mapAttrsToList (name: value: "${name}=${toString value}") given
    );

  rules = pkgs.writeTextDir "lib/udev/rules.d/60-chardev.rules" (
    builtins.replaceStrings [ ''GROUP="chardev"'' ] [ ''GROUP="${cfg.group}"'' ] (
      builtins.readFile ./udev/60-chardev.rules
    )
  );
in
{
  options.hardware.chardev = {
    enable = mkEnableOption "the chardev kernel module, its devices /dev/chardev0 and on, and chardevctl";

    package = mkOption {
      type = types.package;
      default = config.boot.kernelPackages.callPackage ./nixpkgs.nix { };
      defaultText = literalMD "those of this flake, built for the kernel of {option}`boot.kernelPackages`";
      example = literalExpression "config.boot.kernelPackages.chardev.overrideAttrs { patches = [ ./my.patch ]; }";
      description = "The kernel modules. The example takes those of the overlay.";
    };

    devices = mkOption {
      type = types.ints.between 1 256;
      default = 2;
      example = 4;
      description = "How many devices there are: /dev/chardev0 and on. The module's parameter of that name.";
    };

    major = mkOption {
      type = types.nullOr (types.ints.between 1 511);
      default = null;
      example = 120;
      description = ''
        Major number of the devices. With `null` the kernel chooses one that is free. With one that another driver has,
        the module does not load; `/proc/devices` lists those. From 60 to 63 and from 120 to 127 they are for local use.
        The module's parameter of that name.
      '';
    };

    group = mkOption {
      type = types.strMatching "[a-z_][a-z0-9_-]{0,30}";
      default = "chardev";
      example = "dialout";
      description = "The group whose members may use the devices. It is created where there is none of that name.";
    };

    logLevel = mkOption {
      type = types.nullOr (types.ints.between 0 7);
      default = null;
      example = 6;
      description = ''
        The level, from 0 (emergency) to 7 (debug), of the lines in the kernel log by which the smallest of the modules,
        `hello`, says that it comes and goes: its parameter `level`. With `null`, `hello` is not loaded.
      '';
    };
  };

  config = mkIf cfg.enable {
    assertions = [
      {
        assertion = !(cfg.package.meta.broken or false);
        message = ''
          hardware.chardev: the modules cannot be built for Linux ${config.boot.kernelPackages.kernel.version}.
          They take a kernel with Rust (CONFIG_RUST), of release 7.2 or newer.
          Set boot.kernelPackages to one, as in docs/nixos.md of ferrite.
        '';
      }
    ];

    boot.extraModulePackages = [ cfg.package ];
    boot.kernelModules = [ "chardev" ] ++ lib.optional (cfg.logLevel != null) "hello";
    boot.extraModprobeConfig = ''
      ${moduleOptions "chardev" { inherit (cfg) devices major; }}
    ''
    + lib.optionalString (cfg.logLevel != null) ''
      ${moduleOptions "hello" { level = cfg.logLevel; }}
    '';

    services.udev.packages = [ rules ];
    users.groups.${cfg.group} = { };
    environment.systemPackages = [ (pkgs.callPackage ../userland/nixpkgs.nix { }) ];
  };
}
