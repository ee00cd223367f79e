# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Builder of the check `disk`. From the derivation: $equal, $vm, which starts from the disk, $qemu, $firmware, $image, $diskTools,
# $out.

# shellcheck source=equal.sh
. "$equal"

# guest SCRIPT: what it prints, in a machine that ends with status 0 and no report of its kernel.
guest() {
	"$vm" --timeout 300 -- sh -euc "$1" || echo "vm: status $?"
}

equal round_trip 'size 100, buf lazenca.0x0' "$(guest 'chardevctl roundtrip 2>/dev/null')"

# What is on the disk can be changed, removed and added to, as in any machine; its image cannot be written to.
equal changes_are_kept_in_memory $'overlay /\nchanged\nabsent\nnew' "$(guest '
sed -n "s/^\(overlay [^ ]*\) .*/\1/p" /proc/mounts
echo changed >/etc/passwd && cat /etc/passwd
rm /bin/chardevctl && [ -e /bin/chardevctl ] || echo absent
echo new >/new && cat /new')"

equal failures_are_passed_on 'vm: status 7' "$(guest 'exit 7')"

# As on a board: nobody but who types on the console. The firmware would take for its own what is typed before the shell is there.
on_a_console() {
	coproc machine {
		# A kernel that gives up stays where it is.
		exec timeout 300 "$qemu/usr/bin/qemu-system-aarch64" -L "$qemu/usr/share/qemu" \
			-machine virt,acpi=off -cpu cortex-a53 -m 256 -nic none -nographic -no-reboot \
			-bios "$firmware/usr/share/qemu-efi-aarch64/QEMU_EFI.fd" \
			-drive if=none,id=disk,format=raw,readonly=on,file="$image/disk.img" -device virtio-blk-device,drive=disk
	}
	local input=${machine[1]} process=$machine_PID line
	while IFS= read -r line; do
		line=${line%$'\r'}
		printf '%s\n' "$line"
		case $line in
		*'a shell on the console'*) printf '%s\n' 'chardevctl roundtrip; echo kept >/file; cat /file; exit' >&"$input" ;;
		esac
	done <&"${machine[0]}" >console.log
	wait "$process"
	sed -n '/^set size/,/^kept/p; s/^.*\(reboot: Power down\)/\1/p' console.log
}
equal console 'set size 100, buf lazenca.0x0
size 100, buf lazenca.0x0
kept
reboot: Power down' "$(on_a_console)"

# The table and both file systems are what their own checkers take for sound.
GCONV_PATH=$(echo "$diskTools"/usr/lib/*-linux-gnu/gconv)
export GCONV_PATH PATH=$PATH:$diskTools/usr/bin:$diskTools/usr/sbin
sfdisk --quiet --verify "$image/disk.img"
part() {
	local start size
	read -r start size < <(sfdisk --dump "$image/disk.img" | sed -n "s/.*start= *\([0-9]*\), size= *\([0-9]*\),.*name=\"$1\".*/\1 \2/p")
	dd if="$image/disk.img" of="$1" bs=512 skip="$start" count="$size" status=none
}
part EFI
part root
fat=0
fsck.fat -n EFI >fat.log || fat=$?
equal system_partition 0 "$fat"
# Its status is 0 whatever it finds.
equal root_partition '' "$(fsck.erofs root 2>&1)"

exit "$failed"
