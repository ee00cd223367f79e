# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm: the machine, with all it is made of; each part can be another, named in the environment.
{
  mkWrapper,
  mkRootfs,
  runner,
  qemu,
  defaultKernel,
}:
# kernel, modules, load, programs: as for mkRootfs.
# rootfs: a result of mkRootfs, in place of the one that those make.
# options: for `vm`, as one would type them; `vm --help` tells which there are. Those of the command line come later, and win.
# symbols: whether stacks in the kernel's reports show files and lines. What that takes is large, so only tests have it.
# meta: what nixpkgs means by it.
#
# Type: mkVm ::
#   { kernel :: Derivation, modules :: [ Derivation ], load :: [ String ], programs :: [ Path ], rootfs :: Derivation,
#     options :: String, symbols :: Bool, … } -> Derivation
# Example: mkVm { modules = [ greeter ]; programs = [ greet ]; options = "--smp 2"; }
{
  kernel ? defaultKernel,
  modules ? [ ],
  load ? null,
  programs ? [ ],
  rootfs ? mkRootfs {
    inherit
      kernel
      modules
      load
      programs
      ;
  },
  options ? "",
  symbols ? false,
  meta ? { },
}:
let
  folders = map (part: part.debug) ([ kernel ] ++ modules);
in
mkWrapper {
  name = "vm";
  meta = {
    description = "Boots an arm64 machine with the module, for a shell or one command";
    mainProgram = "vm";
  }
  // meta;
  program = "${runner}/bin/vm";
  prelude = ''
    export FERRITE_QEMU="''${FERRITE_QEMU-${qemu}/usr/bin/qemu-system-aarch64}"
    export FERRITE_QEMU_DATA="''${FERRITE_QEMU_DATA-${qemu}/usr/share/qemu}"
    export FERRITE_KERNEL="''${FERRITE_KERNEL-${kernel}/Image}"
    export FERRITE_INITRAMFS="''${FERRITE_INITRAMFS-${rootfs}/initramfs.cpio.zst}"
    export FERRITE_GDB_SOCKET=${import ./gdb-socket.nix}
    export FERRITE_SYMBOLS="''${FERRITE_SYMBOLS-${
      builtins.concatStringsSep ":" (if symbols then folders else [ ])
    }}"
    set -- ${options} "$@"
  '';
}
