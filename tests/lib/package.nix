# SPDX-License-Identifier: MIT OR Apache-2.0
#
# What the flake's `lib` refuses, and how it says so. (That it builds what it should, all else shows.)
{ mkDerivation, lib }:
let
  inherit (lib)
    mkGuestProgram
    mkKernel
    mkKernelModule
    mkRootfs
    mkVm
    mkVmTest
    ;

  vm = mkVm { };

  # A derivation that passes if the given one fails, and says `words`.
  #
  # Type: fails :: Derivation -> String -> Derivation
  # Example: fails (mkVmTest { script = "false"; }) "false"
  fails =
    failing: words:
    derivation (
      failing.drvAttrs
      // {
        outputs = failing.drvAttrs.outputs or [ "out" ];
        args = [
          "-euo"
          "pipefail"
          ./fails.sh
        ]
        ++ failing.drvAttrs.args;
        inherit words;
      }
    );

  refused = {
    status = fails (mkVmTest {
      name = "status";
      script = "echo before; false; echo after";
      inherit vm;
    }) "testing status in the machine: it ended with status 1";

    # The script's status is 0.
    report = fails (mkVmTest {
      name = "report";
      script = "insmod /lib/modules/kernel/lkdtm.ko; echo WARNING >/sys/kernel/debug/provoke-crash/DIRECT";
      inherit vm;
    }) "vm: the run failed: the kernel reported a warning";

    time_up = fails (mkVmTest {
      name = "time";
      script = "sleep 1000";
      options = "--timeout 3";
      inherit vm;
    }) "vm: the run failed: the command did not end within 3 s";

    no_module = fails (mkKernelModule {
      name = "nothing";
      src = ./empty;
    }) "building the modules of nothing: Kbuild made no .ko";

    unknown_module = fails (mkRootfs { load = [ "absent" ]; }) "it is to load absent.ko, and has only:";

    unknown_language = fails (mkGuestProgram {
      name = "strange";
      src = ./fails.sh;
    }) "building the program strange: fails.sh is no source that is known here";
  };

  # Of the kernel's machine, and of another one.
  module = mkKernelModule {
    name = "module";
    src = ../twin;
  };
  fits =
    kernel:
    (builtins.tryEval
      (mkRootfs {
        modules = [ module ];
        inherit kernel;
      }).drvPath
    ).success;

  evaluated = {
    kernel_without_fragments_is_the_flakes =
      (mkKernel { }).drvPath == (mkKernel { fragments = [ ]; }).drvPath;
    kernel_with_fragments_is_another =
      (mkKernel { fragments = [ ./fails.sh ]; }).drvPath != (mkKernel { }).drvPath;
    module_fits_its_kernel = fits (mkKernel { });
    module_fits_no_other_kernel =
      !fits (mkKernel {
        debug = true;
      });
  };
in
mkDerivation {
  name = "check-lib";
  script = ./check.sh;
  refused = builtins.attrValues refused;
  passed =
    builtins.attrNames refused
    ++ builtins.filter (name: evaluated.${name} || throw "lib: ${name} does not hold") (
      builtins.attrNames evaluated
    );
}
