# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix for the driver that counts. From the derivation: $source, $kernel, $out.

# The counters' run-time library would be found by the symbol; the tests read the counters instead.
make -C "$kernel" -j "$NIX_BUILD_CORES" M="$source" MO="$PWD" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" \
	CONFIG_FERRITE_HELLO=n CONFIG_FERRITE_KUNIT_TEST=n \
	KRUSTFLAGS="-Cinstrument-coverage -Zno-profiler-runtime" \
	ldflags-y=--defsym=__llvm_profile_runtime=0 modules
install -D -t "$out" chardev.ko
