# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# set-up-editor, run by package.nix as: set-up.sh PROJECTS. In the folder of the repository.

set -eu
projects=$1

if ! [ -e driver/Kbuild ]; then
	echo "set-up-editor: cannot tell editors of the modules: $PWD has no driver/Kbuild" >&2
	echo "run it in the top folder of the repository" >&2
	exit 1
fi
cat "$projects/rust-project.json" >driver/rust-project.json
sed "s|@repository@|$PWD|g" "$projects/compile_commands.json" >compile_commands.json
echo 'wrote driver/rust-project.json and compile_commands.json'
