# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The NixOS module, evaluated by nixpkgs' module system: what it sets, and which values it refuses.
#
# lib: nixpkgs'. The options that the module sets are declared here, with nixpkgs' types.
#
# Type: { lib :: AttrSet, nixosModule :: Path } -> [ String ]
{ lib, nixosModule }:
let
  inherit (lib) mkOption types;

  # As nixos/modules declares them: misc/assertions.nix, system/boot/kernel.nix, system/boot/modprobe.nix,
  # services/hardware/udev.nix, config/users-groups.nix, config/system-path.nix.
  declarations.options = {
    assertions = mkOption {
      type = types.listOf types.unspecified;
      default = [ ];
    };
    boot.kernelPackages = mkOption { type = types.raw; };
    boot.extraModulePackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
    boot.kernelModules = mkOption {
      type = types.coercedTo (types.listOf types.str) (names: lib.genAttrs names (_: true)) (
        types.attrsOf types.bool
      );
      default = { };
      apply = modules: lib.attrNames (lib.filterAttrs (_: loaded: loaded) modules);
    };
    boot.extraModprobeConfig = mkOption {
      type = types.lines;
      default = "";
    };
    services.udev.packages = mkOption {
      type = types.listOf types.path;
      default = [ ];
      apply = map lib.getBin;
    };
    users.groups = mkOption {
      type = types.attrsOf (types.submodule { });
      default = { };
    };
    environment.systemPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
    };
  };

  # Stand-ins for packages.
  package =
    name: attributes:
    {
      type = "derivation";
      outPath = "/nix/store/${name}";
      inherit name;
    }
    // attributes;
  pkgs = {
    writeTextDir = path: text: package "rules" { inherit path text; };
    callPackage = _: _: package "chardevctl" { };
  };
  kernelPackages = broken: {
    kernel.version = "7.3.4";
    callPackage = _: _: package "chardev" { meta = { inherit broken; }; };
  };

  evaluate =
    {
      chardev,
      broken ? false,
    }:
    lib.evalModules {
      modules = [
        nixosModule
        declarations
        {
          _module.args = { inherit pkgs; };
          boot.kernelPackages = kernelPackages broken;
          hardware = { inherit chardev; };
        }
      ];
    };

  configure = chardev: (evaluate { inherit chardev; }).config;

  everything = configure {
    enable = true;
    devices = 3;
    major = 120;
    group = "instruments";
    logLevel = 5;
  };
  defaults = configure { enable = true; };
  nothing = configure { };

  set = config: {
    inherit (config.boot) kernelModules extraModprobeConfig;
    packages = map (package: package.name) (
      config.boot.extraModulePackages ++ config.environment.systemPackages
    );
    rules = map (
      rules: lib.last (lib.splitString "\n" (lib.trim rules.text))
    ) config.services.udev.packages;
    groups = lib.attrNames config.users.groups;
  };

  isRefused =
    value:
    !(builtins.tryEval (builtins.deepSeq (set (configure (value // { enable = true; }))) null)).success;

  failedAssertions =
    broken:
    lib.filter (assertion: !assertion.assertion)
      (evaluate {
        chardev.enable = true;
        inherit broken;
      }).config.assertions;

  options = removeAttrs (evaluate { chardev = { }; }).options.hardware.chardev [ "_module" ];
in
import ./cases.nix {
  "nothing is set unless it is enabled" = {
    actual = set nothing;
    expected = {
      kernelModules = [ ];
      extraModprobeConfig = "";
      packages = [ ];
      rules = [ ];
      groups = [ ];
    };
  };
  "enabled, it loads the module with its own defaults" = {
    actual = set defaults;
    expected = {
      kernelModules = [ "chardev" ];
      extraModprobeConfig = "options chardev devices=2\n";
      packages = [
        "chardev"
        "chardevctl"
      ];
      rules = [ ''SUBSYSTEM=="chardev", KERNEL=="chardev[0-9]*", GROUP="chardev", MODE="0660"'' ];
      groups = [ "chardev" ];
    };
  };
  "each option reaches what it is for" = {
    actual = set everything;
    expected = {
      kernelModules = [
        "chardev"
        "hello"
      ];
      extraModprobeConfig = "options chardev devices=3 major=120\noptions hello level=5\n";
      packages = [
        "chardev"
        "chardevctl"
      ];
      rules = [ ''SUBSYSTEM=="chardev", KERNEL=="chardev[0-9]*", GROUP="instruments", MODE="0660"'' ];
      groups = [ "instruments" ];
    };
  };
  "the ends of each range are accepted" = {
    actual = map isRefused [
      { devices = 1; }
      { devices = 256; }
      { major = 1; }
      { major = 511; }
      { logLevel = 0; }
      { logLevel = 7; }
      { group = "_a-1"; }
    ];
    expected = lib.replicate 7 false;
  };
  "what the driver or udev would refuse is refused" = {
    actual = map isRefused [
      { devices = 0; }
      { devices = 257; }
      { devices = null; }
      { devices = "2"; }
      { major = 0; }
      { major = 512; }
      { logLevel = -1; }
      { logLevel = 8; }
      { group = ""; }
      { group = "Instruments"; }
      { group = ''a", MODE="0666''; }
      { devises = 2; }
    ];
    expected = lib.replicate 12 true;
  };
  "a kernel that the driver cannot be built for is refused, with what to do" = {
    actual =
      map
        (
          broken:
          map (failed: lib.hasInfix "Set boot.kernelPackages" failed.message) (failedAssertions broken)
        )
        [
          false
          true
        ];
    expected = [
      [ ]
      [ true ]
    ];
  };
  "each option has a description, a default and an example" = {
    actual = lib.attrNames (
      lib.filterAttrs (_: option: !(option ? description && option ? default && option ? example)) options
    );
    expected = [ ];
  };
}
