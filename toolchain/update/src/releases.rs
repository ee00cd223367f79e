// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the archive signed: kept beside the lock file, so that anybody can check later what the pins were taken from
//! (`verify` does), and so that nobody can show us an archive older than the one that we know.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pins::release::{self, Release};
use pins::wishes::Wishes;
use pins::Error;

use crate::apt::Apt;

/// The Release files of the suites, as they are now.
pub struct Releases {
    /// Where each is kept, and what is in it.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    /// Whether some are not there yet.
    pub lacking: bool,
}

impl Releases {
    /// Takes those that apt has, and refuses them where one is older than the one kept beside `lock`.
    pub fn current(wishes: &Wishes, apt: &Apt, lock: &Path) -> Result<Self, Error> {
        let keyring = pins::keyring(&wishes.archive.keyring)?;
        let mut releases = Releases { files: Vec::new(), lacking: false };
        for suite in &wishes.archive.suites {
            let path = apt.release(suite)?;
            let new = Release::read(&path, &keyring)?;
            let kept = release::kept(lock, suite);
            if kept.exists() {
                check_age(suite, Release::read(&kept, &keyring)?.signed, new.signed)?;
            } else {
                releases.lacking = true;
            }
            let text = fs::read(&path).map_err(|cause| {
                Error::new(format!("read {}", path.display()), cause, "try again; apt had it a moment ago")
            })?;
            releases.files.push((kept, text));
        }
        Ok(releases)
    }
}

/// Refuses a Release file that was signed before the one that is known: whoever shows it hides the fixes since.
fn check_age(suite: &str, kept: SystemTime, new: SystemTime) -> Result<(), Error> {
    if new >= kept {
        return Ok(());
    }
    let time = |time| humantime::format_rfc3339_seconds(time);
    Err(Error::new(
        format!("take the suite {suite} from this mirror"),
        format!("its index was signed {}, and the pins were taken from one signed {}", time(new), time(kept)),
        "name another mirror with --mirror; this one is out of date, or somebody wants you to have old packages",
    ))
}
