# SPDX-License-Identifier: MIT OR Apache-2.0
#
# vm-gdb: gdb, attached to a machine that `vm --gdb` runs, with the symbols of its kernel and modules.
#
# symbols: folders with the modules' debug information.
# sources: folders that the names of files in the debug information begin in.
{
  mkWrapper,
  gdb,
  kernel,
  symbols,
  sources,
}:
mkWrapper {
  name = "vm-gdb";
  meta.description = "gdb for the machine that `vm --gdb` runs";
  prelude = ''
    socket=${import ./gdb-socket.nix}
    symbols=''${FERRITE_SYMBOLS-${builtins.concatStringsSep ":" symbols}}
    if ! [ -S "$socket" ]; then
      echo "vm-gdb: cannot attach to a machine: none waits at $socket" >&2
      echo "start one before: nix run .#vm -- --gdb; if it has another socket, name that in FERRITE_GDB_SOCKET" >&2
      exit 1
    fi
    set -- -ex "target remote $socket" -x ${./attach.gdb} \
      -ex "cd ${kernel.debug}" -ex "lx-symbols $(echo "$symbols" | tr : ' ')" -ex "cd $PWD" "$@"
  '';
  program = toString (
    [
      "${gdb}/bin/gdb"
      "-iex 'add-auto-load-safe-path ${kernel.debug}'"
    ]
    ++ map (folder: "-iex 'directory ${folder}'") sources
    ++ [ "${kernel.debug}/vmlinux" ]
  );
}
