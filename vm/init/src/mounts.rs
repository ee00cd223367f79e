// SPDX-License-Identifier: MIT OR Apache-2.0

//! The file systems of the guest.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{mount, MsFlags};
use vm_protocol::{SHARE_PATH, SHARE_TAG};

use crate::error::{Error, While};

struct Mount {
    kind: &'static str,
    target: &'static str,
    flags: MsFlags,
    options: &'static str,
    /// A kernel without this file system is good enough.
    optional: bool,
}

const NO_DEVICES: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NODEV);
const NO_PROGRAMS: MsFlags = NO_DEVICES.union(MsFlags::MS_NOEXEC);

/// What finding the control port needs.
const FIRST: [Mount; 2] = [
    Mount { kind: "devtmpfs", target: "/dev", flags: MsFlags::MS_NOSUID, options: "", optional: false },
    Mount { kind: "sysfs", target: "/sys", flags: NO_PROGRAMS, options: "", optional: false },
];

const REST: [Mount; 6] = [
    Mount { kind: "proc", target: "/proc", flags: NO_PROGRAMS, options: "", optional: false },
    Mount {
        kind: "devpts",
        target: "/dev/pts",
        flags: MsFlags::MS_NOSUID.union(MsFlags::MS_NOEXEC),
        options: "mode=620,ptmxmode=666",
        optional: false,
    },
    Mount { kind: "tmpfs", target: "/dev/shm", flags: NO_DEVICES, options: "mode=1777", optional: false },
    Mount { kind: "tmpfs", target: "/tmp", flags: NO_DEVICES, options: "mode=1777", optional: false },
    Mount { kind: "tmpfs", target: "/run", flags: NO_DEVICES, options: "mode=755", optional: false },
    Mount { kind: "debugfs", target: "/sys/kernel/debug", flags: NO_PROGRAMS, options: "", optional: true },
];

/// Links that programs expect in `/dev`, and that devtmpfs does not make.
const LINKS: [(&str, &str); 4] = [
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
];

/// Device nodes and sysfs.
pub fn mount_first() -> Result<(), Error> {
    FIRST.iter().try_for_each(Mount::mount)
}

/// Everything else, but the share.
pub fn mount_rest() -> Result<(), Error> {
    REST.iter().try_for_each(Mount::mount)?;
    LINKS.iter().try_for_each(|(target, link)| symlink(target, link).while_doing(|| format!("linking {link}")))
}

/// The folder that the host shares.
pub fn mount_share() -> Result<(), Error> {
    // Without a cache each side sees at once what the other wrote.
    const OPTIONS: &str = "trans=virtio,version=9p2000.L,cache=none,msize=512000";
    let doing = || format!("mounting the shared folder at {SHARE_PATH}");
    fs::create_dir_all(SHARE_PATH).while_doing(doing)?;
    mount(Some(SHARE_TAG), SHARE_PATH, Some("9p"), NO_DEVICES, Some(OPTIONS)).while_doing(doing)
}

impl Mount {
    fn mount(&self) -> Result<(), Error> {
        let doing = || format!("mounting {} at {}", self.kind, self.target);
        if !Path::new(self.target).exists() {
            match fs::create_dir_all(self.target) {
                // In sysfs, a missing mount point means a missing file system.
                Err(_) if self.optional => return Ok(()),
                made => made.while_doing(doing)?,
            }
        }
        match mount(Some(self.kind), self.target, Some(self.kind), self.flags, Some(self.options)) {
            Err(Errno::ENODEV) if self.optional => Ok(()),
            mounted => mounted.while_doing(doing),
        }
    }
}
