# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `sizes`. From the derivation: $sizes, $memory, $vm, $equal, $out.

# shellcheck source=equal.sh
. "$equal"

while read -r size limit name; do
	awk -v size="$size" -v limit="$limit" -v name="$name" 'BEGIN {
		printf "%-14s %10d bytes, %7.2f MiB", name, size, size / 1048576
		if (limit) printf " of %.2f", limit / 1048576
		print ""
	}'
	if [ "$limit" != 0 ]; then
		equal "$name" 'bytes too much: 0' "bytes too much: $((size > limit ? size - limit : 0))"
	fi
done <"$sizes"

equal "round trip in $memory of memory" 'size 100, buf lazenca.0x0' \
	"$("$vm" --memory "$memory" -- chardevctl roundtrip 2>/dev/null)"

exit "$failed"
