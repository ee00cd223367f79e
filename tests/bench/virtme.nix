# SPDX-License-Identifier: MIT OR Apache-2.0
#
# virtme-run, which virtme-ng's `vng` starts, for our kernel and a small root file system that has the module: another way to run a
# command in a fresh machine.
{
  mkDerivation,
  mkWrapper,
  # Debian's package, unpacked; Python, and the command that runs it.
  virtme,
  python,
  pythonCommand,
  qemu,
  # Of the guest; of the build machine.
  bash,
  busybox,
  hostBusybox,
  kernel,
  driver,
  chardevctl,
}:
let
  root = mkDerivation {
    name = "virtme-root";
    script = ./virtme-root.sh;
    udevd = ./virtme-udevd.sh;
    inherit
      bash
      busybox
      hostBusybox
      driver
      chardevctl
      ;
  };

  # What Debian's packages compile when they are installed.
  compiled = mkDerivation {
    name = "virtme-compiled";
    script = ./virtme-compile.sh;
    inherit python pythonCommand virtme;
  };

  # It calls QEMU without telling where QEMU's own files are.
  emulator = mkWrapper {
    name = "qemu-system-aarch64";
    program = "${qemu}/usr/bin/qemu-system-aarch64 -L ${qemu}/usr/share/qemu";
    prelude = "";
  };
in
mkWrapper {
  name = "virtme-run";
  meta.description = "virtme-ng with our kernel and module, to compare with";
  program = "${pythonCommand} ${virtme}/usr/bin/virtme-run";
  # Our kernel has no virtiofs, so the root file system comes over 9p; as much memory as our own machine has.
  prelude = ''
    export PYTHONHOME=${python}/usr PYTHONPATH=${virtme}/usr/lib/python3/dist-packages PYTHONPYCACHEPREFIX=${compiled}
    set -- --kimg ${kernel}/Image --arch aarch64 --mods none --root ${root} --force-9p --memory 256M \
      --qemu-bin ${emulator}/bin/qemu-system-aarch64 "$@"
  '';
}
