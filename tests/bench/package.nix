# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bench: how long a user waits, what an ioctl costs and how large things are, with the machine of this build; beside it, others.
{
  mkProgram,
  mkWrapper,
  mkDerivation,
  lib,
  kernel,
  driver,
  # The driver's suite, as programs for the guest.
  driverTests,
  vm,
  diskVm,
  # The machine with Debian's kernel; virtme-run with ours.
  debianVm,
  virtme,
  twin,
  sizes,
  qemu,
}:
let
  program = mkProgram {
    name = "bench";
    profile = "tool";
    members = [
      "tests/bench"
      "tests/compare"
      "toolchain/explained"
      "userland/abi"
      "userland/client"
    ];
  };

  # As the harness packs them.
  tests = lib.mkRootfs {
    name = "bench-tests";
    inherit kernel;
    modules = [ driver ];
    load = [ "chardev" ];
    programs = [
      (mkDerivation {
        name = "bench-test-programs";
        script = ./tests.sh;
        inherit driverTests;
      })
    ];
  };

  # The guest's clock goes on by one nanosecond with each instruction.
  countingQemu = mkWrapper {
    name = "counting-qemu";
    program = "${qemu}/usr/bin/qemu-system-aarch64";
    prelude = ''
      set -- "$@" -icount shift=0,sleep=off
    '';
  };
in
mkWrapper {
  name = "bench";
  meta.description = "How long machines take and builds, what an ioctl costs, how large things are; beside others";
  program = "${program}/bin/bench";
  prelude = ''
    export FERRITE_VM="''${FERRITE_VM-${vm}/bin/vm}"
    export FERRITE_DISK_VM="''${FERRITE_DISK_VM-${diskVm}/bin/vm}"
    export FERRITE_DEBIAN_VM="''${FERRITE_DEBIAN_VM-${debianVm}/bin/vm}"
    export FERRITE_VIRTME="''${FERRITE_VIRTME-${virtme}/bin/virtme-run}"
    export FERRITE_TESTS="''${FERRITE_TESTS-${tests}/initramfs.cpio.zst}"
    export FERRITE_SIZES="''${FERRITE_SIZES-${sizes}}"
    export FERRITE_TWIN="''${FERRITE_TWIN-${twin}}"
    export FERRITE_COUNTING_QEMU="''${FERRITE_COUNTING_QEMU-${countingQemu}/bin/counting-qemu}"
  '';
}
