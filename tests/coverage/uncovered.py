# SPDX-License-Identifier: MIT OR Apache-2.0
"""uncovered.py SOURCE: what never ran of the files in that folder, by the report of `llvm-cov export` on standard input.

A line for each place: the file, the `impl` and the function that it is in; and the line of the source, unless it is the whole function.
"""

import json
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])

# Of a region: code. Others are gaps, and what a macro is replaced by.
CODE = 0


def above(lines, number, pattern):
    """What the pattern captures in the nearest line from that number upwards."""
    found = (re.match(pattern, line) for line in reversed(lines[:number]))
    return next((match[1] for match in found if match), None)


def place(path, number):
    lines = path.read_text().splitlines()
    line = lines[number - 1].strip()
    name = str(path.relative_to(source))
    # What a macro makes of a structure is in no function.
    if line.startswith("#["):
        return f"{name}: {line}"
    function = above(lines, number, r"\s*(?:[a-z()]+ |extern \"C\" )*fn (\w+)")
    implementation = above(lines, number, r"((?:unsafe )?impl\b.*?|(?:pub )?trait .*?)(?: \{)?$")
    # Indented, so in one.
    if implementation and re.search(rf"^\s.*fn {function}\b", "\n".join(lines[:number]), re.MULTILINE):
        function = f"{implementation}, {function}"
    return f"{name}: {function}" if re.search(r"\bfn \w+", line) else f"{name}: {function}: {line}"


counts = {}
for function in json.load(sys.stdin)["data"][0]["functions"]:
    for *span, count, file, _, kind in function["regions"]:
        path = pathlib.Path(function["filenames"][file])
        # The kernel's are elsewhere.
        if kind == CODE and path.is_file():
            # A function has an instance for each type that it is used with.
            key = (path, *span)
            counts[key] = counts.get(key, 0) + count

places = {place(path, line) for (path, line, *_), count in counts.items() if count == 0}
# Of a whole function, its parts need no mention.
print("\n".join(sorted(name for name in places if not any(name.startswith(f"{whole}: ") for whole in places))))
