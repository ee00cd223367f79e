# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of checks.nix's lint-nix. From the derivation: $source, $nixfmt, $out.

cd "$source"
if ! find . -name '*.nix' -exec "$nixfmt/bin/nixfmt" --check {} +; then
	echo "checking the layout of Nix files: those above are laid out in another way: run ./nixw fmt, and commit what it does" >&2
	exit 1
fi
touch "$out"
