# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `abi`: the C header for every language and caller it is for. From the derivation: $vm, $header, $headerTest,
# $commands, $nolibc, $aarch64, $out.

# clang_for MACHINE ARGUMENTS…: with that machine's kernel headers, and the driver's.
clang_for() {
	clang --target="$1" -nostdlibinc -Wall -Wextra -Werror -I "$header" "${@:2}" \
		-isystem "$aarch64/usr/include/$1" -isystem "$aarch64/usr/include"
}

passed() {
	echo "test $1 ... ok" | tee -a "$out"
}

for machine in arm-linux-gnueabihf aarch64-linux-gnu x86_64-linux-gnu; do
	for standard in c89 c11 c23; do
		clang_for "$machine" -x c -std="$standard" -pedantic -fsyntax-only "$headerTest"
		passed "header_${machine%%-*}_$standard"
	done
	for standard in c++98 c++11 c++20; do
		clang_for "$machine" -x c++ -std="$standard" -pedantic -fsyntax-only "$headerTest"
		passed "header_${machine%%-*}_$standard"
	done
done

# A 32-bit program and one of the machine's own kind; for the one without a C library, the kernel's little one serves.
mkdir programs
clang_for arm-linux-gnueabihf -march=armv7-a -isystem "$nolibc/tools/include/nolibc" -nostdlib -static -fuse-ld=lld \
	-o programs/commands-32 "$commands"
clang_for aarch64-linux-gnu --sysroot="$aarch64" -static -fuse-ld=lld -o programs/commands-64 "$commands"

for size in 32 64; do
	"$vm" --share programs -- sh -c "chardevctl set hello && /mnt/share/commands-$size" | tee -a "$out"
done
