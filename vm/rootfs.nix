# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The guest's root file system, as the archive that the kernel unpacks into memory.
{
  mkDerivation,
  # Of the guest, and of the build machine.
  busybox,
  hostBusybox,
  zstd,
  init,
  defaultKernel,
}:
# kernel: a result of mkKernel. Its own modules are in /lib/modules/kernel.
# modules: results of mkKernelModule for that kernel.
# load: names of those of their modules that are loaded at boot, by the order of the names; the others are in /lib/modules/extra
#   for whoever wants one. Without it, all are loaded.
# programs: folders or derivations with a bin/ of static programs for arm64, or scripts, for the guest's path.
# name, meta: of the derivation.
#
# out: initramfs.cpio.zst, with the modules, the programs, busybox, and our init, which vm talks to.
#
# Type: mkRootfs ::
#   { kernel :: Derivation, modules :: [ Derivation ], load :: [ String ], programs :: [ Path ], … } -> Derivation
# Example: mkRootfs { modules = [ greeter ]; programs = [ greet ]; }
{
  kernel ? defaultKernel,
  modules ? [ ],
  load ? null,
  programs ? [ ],
  name ? "initramfs",
  meta ? { },
}:
let
  fits = module: !(module ? kernel) || module.kernel.drvPath == kernel.dev.drvPath;
  misfits = builtins.filter (module: !fits module) modules;
in
if misfits != [ ] then
  throw ''
    cannot make the root file system "${name}"
      because: the module "${(builtins.head misfits).name}" was built for another kernel than the machine has
      do this: give the same `kernel` to mkKernelModule and to the machine''
else
  mkDerivation {
    inherit
      name
      meta
      busybox
      hostBusybox
      zstd
      init
      kernel
      modules
      programs
      ;
    inherit (kernel) dev;
    script = ./rootfs.sh;
    load = if load == null then "*" else load;
  }
