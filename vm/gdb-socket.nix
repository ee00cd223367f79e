# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Where the machine waits for a debugger: a place of the user's own, in words of the shell.
''"''${FERRITE_GDB_SOCKET-''${XDG_RUNTIME_DIR-$HOME}/ferrite-gdb}"''
