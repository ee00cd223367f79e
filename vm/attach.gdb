# SPDX-License-Identifier: MIT OR Apache-2.0
#
# For gdb, once it is connected: takes a machine that has not begun to where its kernel has, and can tell what it has loaded.

# A name may be one of a module that is yet to be loaded.
set breakpoint pending on

# QEMU's first instruction is at the start of memory.
if $pc == 0x40000000
  thbreak start_kernel
  continue
end
