# SPDX-License-Identifier: MIT OR Apache-2.0
#
# A check that passes if a script does, in a machine whose kernel has nothing to report.
{
  mkDerivation,
  mkVm,
}:
# script: a file or text for the guest's shell, which ends at the first command that fails (`sh -euv`). A program of the guest is
#   run by its name; what it reads from standard input is nothing.
# share: a folder that the script sees at /mnt/share, and may change.
# options: for `vm`, in addition to the machine's own, such as "--timeout 300" (seconds; it is 60).
# vm: a result of mkVm, in place of the machine that all other attributes make, as for mkVm.
# name: of the derivation.
#
# out: a line that says so; what the script printed is in the log. The check fails if the script's status is not 0, if the kernel
# reports a fault, whatever the status is (oops, panic, warning, lockup, what a checker of the debug kernel finds), and if the time is up.
#
# Type: mkVmTest :: { name :: String, script :: Path | String, share :: Path, options :: String, vm :: Derivation, … } -> Derivation
# Example: mkVmTest { modules = [ greeter ]; programs = [ greet ]; script = ./test.sh; }
{
  name ? "vm-test",
  script,
  share ? "",
  options ? "",
  ...
}@arguments:
let
  machine = removeAttrs arguments [
    "name"
    "script"
    "share"
    "options"
    "vm"
  ];
in
mkDerivation {
  inherit name share options;
  script = ./test.sh;
  guestScript = if builtins.isPath script then builtins.readFile script else script;
  vm = arguments.vm or (mkVm ({ symbols = true; } // machine));
}
