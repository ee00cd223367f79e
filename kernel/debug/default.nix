# SPDX-License-Identifier: GPL-2.0
#
# What a kernel that finds a driver's faults has besides, at a price in speed and memory.
[
  ./coverage.config
  ./data.config
  ./emulation.config
  ./fault-injection.config
  ./kunit.config
  ./locking.config
  ./memory.config
]
