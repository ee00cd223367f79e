# SPDX-License-Identifier: MIT OR Apache-2.0
#
# set-up-editor: tells rust-analyzer and clangd of the modules, by the commands that build them.
{
  mkDerivation,
  mkWrapper,
  busybox,
  python,
  aarch64,
  kernel,
  driver,
}:
let
  projects = mkDerivation {
    name = "editor-projects";
    script = ./projects.sh;
    inherit python aarch64;
    inherit (kernel) tree;
    kernel = kernel.dev;
    driver = driver.source;
    twin = ../tests/twin;
    abi = ../tests/abi;
  };
in
mkWrapper {
  name = "set-up-editor";
  meta.description = "Tells rust-analyzer and clangd of the modules and the kernel: writes rust-project.json and compile_commands.json";
  program = "${busybox}/usr/bin/busybox sh ${./set-up.sh} ${projects}";
  prelude = "";
}
