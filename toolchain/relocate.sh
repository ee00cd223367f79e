# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=sh
#
# Second half of unpack.sh: makes the programs of the tree $out run from where they are.

loader=lib64/ld-linux-x86-64.so.2
library_path=$out/usr/lib/x86_64-linux-gnu:$out/usr/lib/llvm-19/lib
export loader library_path

find "$out" -type l | while read -r link; do
	target=$(readlink "$link")
	case $target in
	"$out"/*) ;;
	/*) ln -sfn "$out$target" "$link" ;;
	esac
done

cat >/tmp/bin/patchelf <<EOF
#!/tmp/bin/sh
exec "$patchelf/$loader" --library-path "$patchelf/usr/lib/x86_64-linux-gnu" "$patchelf/usr/bin/patchelf" "\$@"
EOF
chmod +x /tmp/bin/patchelf

# A program's DT_RPATH also serves the libraries that it loads, except those with a DT_RUNPATH. So
# programs get the one, libraries lose the other, and the rest stays as Debian built it.
find "$out/usr/lib" -type f -name '*.so*' -print0 | xargs -0 -n 8 -P "$NIX_BUILD_CORES" sh -euc '
	for library do
		[ -z "$(patchelf --print-rpath "$library" 2>/dev/null)" ] || patchelf --remove-rpath "$library"
	done
' sh

# What names no loader, or another, is a script or a program for another machine.
find "$out/usr" -type f -perm -100 -print0 | xargs -0 -n 8 -P "$NIX_BUILD_CORES" sh -euc '
	for program do
		[ "$(patchelf --print-interpreter "$program" 2>/dev/null)" = "/$loader" ] || continue
		patchelf --set-interpreter "$out/$loader" --force-rpath --set-rpath "$library_path" "$program"
	done
' sh

find "$out/usr" -type f -perm -100 -print0 | xargs -0 -n 8 -P "$NIX_BUILD_CORES" sh -euc '
	for program do
		[ "$(patchelf --print-interpreter "$program" 2>/dev/null)" = "$out/$loader" ] || continue
		libraries=$("$out/$loader" --list "$program")
		if echo "$libraries" | grep -v -F -e "$out/" -e linux-vdso.so.1; then
			echo "relocating $program: the libraries above are not in the tree: name their packages in toolchain/pins.toml" >&2
			exit 1
		fi
	done
' sh

eval "${postInstall-}"
