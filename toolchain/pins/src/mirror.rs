// SPDX-License-Identifier: MIT OR Apache-2.0

//! Which mirror of the Debian archive to ask.

use std::env;
use std::process::Command;

use explained::Error;

use crate::APT_CONFIGURATION;

/// The mirror that this machine's own apt is configured with.
///
/// What apt knows of a source beyond its address (origin, label) is there only after an `apt-get update`, which a fresh
/// machine has not seen. So the archive is told by the last part of its address, which for Debian's main archive is
/// `debian` everywhere, and `debian-security` or a vendor's name for others.
///
/// # Errors
///
/// Where apt does not start, or has no such source.
pub fn of_this_machine() -> Result<String, Error> {
    let doing = "find out which Debian mirror this machine uses";
    let remedy = "name a mirror with --mirror, such as the address in the `URIs:` line of a Debian machine";
    let relocated = env::var_os(APT_CONFIGURATION).into_iter().flat_map(|path| ["-c".into(), path]);
    let output = Command::new("apt-get")
        .args(relocated)
        .args([
            "indextargets",
            "--no-release-info",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Component: main",
        ])
        .output()
        .map_err(|cause| Error::new(doing, format!("apt-get does not start: {cause}"), remedy))?;
    let list = String::from_utf8_lossy(&output.stdout);
    first_main_archive(&list).map(str::to_owned).ok_or_else(|| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let cause = complaint
            .lines()
            .find(|line| line.starts_with("E: "))
            .unwrap_or("none of apt's sources is a main Debian archive");
        Error::new(doing, cause, remedy)
    })
}

fn first_main_archive(list: &str) -> Option<&str> {
    list.lines().map(|uri| uri.trim_end_matches('/')).find(|uri| {
        // Debian's cloud images name a file with mirrors: mirror+file:/etc/apt/mirrors/debian.list
        let name = if uri.starts_with("mirror+") { "debian.list" } else { "debian" };
        uri.rsplit_once('/').is_some_and(|(_, last)| last == name)
    })
}

#[cfg(test)]
mod tests {
    use super::first_main_archive;

    #[test]
    fn takes_the_main_archive_and_no_other() {
        let list = "https://vendor.example/apt/\nhttp://m.example/debian-security/\nhttp://m.example/debian/\n";
        assert_eq!(first_main_archive(list), Some("http://m.example/debian"));
        let list = "mirror+file:/etc/apt/mirrors/debian-security.list/\nmirror+file:/etc/apt/mirrors/debian.list/\n";
        assert_eq!(first_main_archive(list), Some("mirror+file:/etc/apt/mirrors/debian.list"));
        assert_eq!(first_main_archive("http://archive.example/ubuntu/\n"), None);
        assert_eq!(first_main_archive(""), None);
    }
}
