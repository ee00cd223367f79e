# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A static program, from one package of the workspace.
{
  host,
  mkCargo,
  mkCrates,
}:
# members: the package, and what it needs of the workspace.
# machine: that it runs on, by Rust's name.
# profile: of the workspace.
# postInstall: shell commands in the workspace, after that.
# compile: cargo's commands for the crates that these take besides.
# crates: of mkCrates, where several programs have them together.
#
# Type: mkProgram :: { name, package, members, machine, profile, … } -> Derivation
# Example: mkProgram { name = "update"; members = [ "toolchain/update" ]; }
{
  name,
  package ? name,
  machine ? host.machine,
  profile ? "release",
  postInstall ? "",
  compile ? "",
  ...
}@arguments:
let
  target = "${machine}-unknown-linux-gnu";
  # Of the derivation, and so of the environment that the crates are compiled in too.
  attributes = removeAttrs arguments [
    "package"
    "machine"
    "profile"
    "postInstall"
    "compile"
  ];
  build = "cargo build --profile ${profile} --package ${package} --target ${target}";
in
mkCargo (
  {
    crates = mkCrates (
      attributes
      // {
        name = "${name}-crates";
        compile = ''
          ${build}
          ${compile}
        '';
      }
    );
    run = ''
      ${build}
      install -D -t "$out/bin" target/${target}/${profile}/${name}
      ${postInstall}
    '';
  }
  // attributes
)
