# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A static program, from one package of the workspace.
{ host, mkCargo }:
# members: the package, and what it needs of the workspace.
# machine: that it runs on, by Rust's name.
# postInstall: shell commands in the workspace, after that.
#
# Type: mkProgram :: { name, package, members, machine, … } -> Derivation
# Example: mkProgram { name = "update"; members = [ "toolchain/update" ]; }
{
  name,
  package ? name,
  machine ? host.machine,
  postInstall ? "",
  ...
}@arguments:
mkCargo (
  {
    run = ''
      cargo build --release --package ${package} --target ${machine}-unknown-linux-gnu
      install -D -t "$out/bin" target/${machine}-unknown-linux-gnu/release/${name}
      ${postInstall}
    '';
  }
  // removeAttrs arguments [
    "package"
    "machine"
    "postInstall"
  ]
)
