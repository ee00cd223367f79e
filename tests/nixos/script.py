# SPDX-License-Identifier: MIT OR Apache-2.0
#
# The test script of ../nixos.nix, for NixOS's test driver.

import shlex


def by(user: str, command: str) -> str:
    """A command of root's that runs another as a user."""
    return f"su -s /bin/sh -c {shlex.quote(command)} {user}"


def check_nodes() -> None:
    """That each device is as configured: owner, group, mode, major and minor number in hexadecimal."""
    # udev comes to them one after the other.
    machine.wait_until_succeeds("test $(stat -c %G /dev/chardev? | sort -u) = instruments", timeout=60)
    nodes = machine.succeed("stat -c '%n %U %G %a %t:%T' /dev/chardev*").splitlines()
    assert nodes == [f"/dev/chardev{minor} root instruments 660 78:{minor}" for minor in range(3)], nodes


start_all()
machine.wait_for_unit("multi-user.target")

with subtest("the module is loaded with the parameters that were asked for"):
    machine.succeed("grep -qx '120 chardev' /proc/devices")
    check_nodes()
    machine.succeed("dmesg -r | grep '^<5>.*hello: hello$'")

with subtest("what one process sets, another gets, on that device alone"):
    machine.succeed("chardevctl roundtrip")
    machine.succeed("chardevctl set 'a needle'")
    assert machine.succeed("chardevctl get") == "size 8, buf a needle\n"
    assert machine.succeed("chardevctl --json --device /dev/chardev2 get") == '{"size":0,"buf":""}\n'

with subtest("a member of the group may, another user may not"):
    machine.succeed(by("member", "chardevctl set mine"))
    assert machine.succeed(by("member", "chardevctl get")) == "size 4, buf mine\n"
    refusal = machine.fail(by("stranger", "chardevctl set theirs 2>&1"))
    assert "Permission denied" in refusal, refusal
    machine.fail(by("stranger", "chardevctl get"))
    assert machine.succeed("chardevctl get") == "size 4, buf mine\n"

with subtest("an open device keeps the module; without one it goes, and leaves nothing"):
    machine.fail("exec 3</dev/chardev0; rmmod chardev")
    machine.succeed("chardevctl get")
    machine.succeed("rmmod chardev hello")
    machine.fail("grep -E '^(chardev|hello) ' /proc/modules")
    machine.fail("grep -w chardev /proc/devices")
    machine.fail("ls /dev/chardev* /sys/class/chardev")

with subtest("it comes back as it was configured, and empty"):
    machine.succeed("modprobe chardev")
    check_nodes()
    assert machine.succeed("chardevctl --json get") == '{"size":0,"buf":""}\n'
