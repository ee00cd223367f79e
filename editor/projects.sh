# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of package.nix. From the derivation: $driver, $twin, $abi, $kernel, $tree, $aarch64, $python, $out.
#
# out: rust-project.json, to be put into driver/; compile_commands.json, with @repository@ for where it is.

mkdir -p "$out" repository/tests
cp -r --no-preserve=mode "$driver" repository/driver
cp -r --no-preserve=mode "$twin" repository/tests/twin
cp -r --no-preserve=mode "$abi" repository/tests/abi

# The kernel's own program tells of its crates and of modules, at `make rust-analyzer`. The kernel's tree has it, but not the Python
# that its first line names; so it is run in a copy of links, whose name then gives way to that of the tree.
rust_project() {
	local script=scripts/generate_rust_analyzer.py
	local libraries loader
	libraries=$(echo "$python"/usr/lib/*-linux-gnu)
	loader="$(echo "$libraries"/ld-linux-*) --library-path $libraries"
	cp -as "$tree" linux
	chmod u+w linux/scripts
	rm "linux/$script"
	# It lists folders in whatever order their file system has.
	sed -E 's/ in (.*glob\(.*\)):$/ in sorted(\1):/' "$tree/$script" >sorted.py
	[ "$(grep -c ' in sorted(.*glob' sorted.py)" = "$(grep -c 'glob(' "$tree/$script")" ]
	printf '#!%s\nexec %s "$@"\n' "$SHELL" "$loader $python/usr/bin/python3 $PWD/sorted.py" >"linux/$script"
	chmod +x "linux/$script"
	# A module counts if the Kbuild next to it names it.
	echo chardev.o >repository/driver/chardev/Kbuild
	PYTHONHOME=$python/usr make -C "$PWD/linux" M="$PWD/repository/driver" ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" rust-analyzer
	# Files of a module are in all of the folder, not only next to its first.
	local source='"source": { "include_dirs": ["."], "exclude_dirs": [] }'
	sed -E "s|$PWD/linux|$tree|g; s|\"root_module\": \"[^/\"][^\"]*\"|&, $source|" \
		repository/driver/rust-project.json >"$out/rust-project.json"
	grep -q '"chardev/chardev.rs"' "$out/rust-project.json"
	grep -q '"hello.rs"' "$out/rust-project.json"
}

# clang tells with -MJ how it was called.
compile_commands() {
	local repository=$PWD/repository
	local header=$repository/driver/include/uapi
	make -C "$kernel" M="$repository/tests/twin" TWIN_UAPI="$header" CFLAGS_twin.o="-MJ $PWD/twin.json" \
		ARCH=arm64 LLVM=1 SHELL="$SHELL" CONFIG_SHELL="$SHELL" modules
	for program in header commands; do
		(cd repository && clang --target=aarch64-linux-gnu --sysroot="$aarch64" -Wall -Wextra -I driver/include/uapi \
			-fsyntax-only -MJ "../$program.json" "tests/abi/$program.c")
	done
	# Each is an object and a comma.
	cat twin.json header.json commands.json | sed "1s/^/[/; \$s/,\$/]/; s|$repository|@repository@|g" >"$out/compile_commands.json"
}

rust_project
compile_commands
