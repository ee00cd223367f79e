# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `docs`: what the pages say is so. From the derivation: $equal, $pages, $header, $templates, $out.

# shellcheck source=tests/equal.sh
. "$equal"

cd "$pages/docs"

# lacking FILE: the lines of standard input with which no line of FILE begins.
lacking() {
	while IFS= read -r line; do
		grep -qF -- "$line" "$1" || echo "$line"
	done
}

# The interface's rows of docs/abi.md up to what is said in words, as the header has them.
abi() {
	{
		printf '#include <stddef.h>\n#include <stdio.h>\n#include "%s"\nint main(void) {\n' "$header"
		sed -n -E 's/^#define ([A-Z_]+) _IO.*/printf("| `\1` | 0x%08lx |\\n", (unsigned long)\1);/p' "$header"
		sed -n -E 's/^#define (CHARDEV_[A-Z_]+) .*/printf("| `\1` | %llu |\\n", (unsigned long long)\1);/p' "$header"
		awk '/^struct .* {/ { of = $2; printf "printf(\"### `struct %s`: %%zu bytes\\n\", sizeof(struct %s));\n", of, of }
			of && /;$/ && !/^}/ { name = $NF; sub(/[[;].*/, "", name); at = "struct " of
				printf "printf(\"| `%s` | %%zu | %%zu |\\n\", offsetof(%s, %s), sizeof(((%s *)0)->%s));\n", name, at, name, at, name }
			/^};/ { of = "" }' "$header"
		echo '}'
	} >"$TMPDIR/abi.c"
	clang -o "$TMPDIR/abi" "$TMPDIR/abi.c"
	"$TMPDIR/abi"
	grep -oE '\bE[A-Z]{3,}\b' "$header" | sort -u | sed 's/.*/`&`/'
}

abi >"$TMPDIR/rows"
equal abi_is_the_headers '' "$(lacking abi.md <"$TMPDIR/rows")"

# The examples of writing-your-own-module.md are the templates' files, less the licence.
example() {
	sed 1d "$templates/$1" | sed '1{/^$/d}'
}
for file in rust/flake.nix rust/module/greeter.rs rust/client/greet.rs rust/test.sh c/module/counter.c; do
	case $(<writing-your-own-module.md) in
	*"$(example "$file")"*) found=yes ;;
	*) found=no ;;
	esac
	equal "example_${file//[\/.]/_}" yes "$found"
done

# Where the pages point to is there.
for page in *.md ../README.md; do
	grep -oE '\]\([^)]+\)' "$page" | sed -E 's/^..//; s/[)#].*//' | grep -v -e '^https\?:' -e '^$' | while read -r target; do
		[ -e "$(dirname "$page")/$target" ] || echo "$page: $target"
	done || true # it has none
done >"$TMPDIR/dangling"
equal links '' "$(cat "$TMPDIR/dangling")"

exit "$failed"
