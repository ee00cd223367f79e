// SPDX-License-Identifier: MIT OR Apache-2.0

//! The folder that is measured.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A clone of the repository: a folder with `nixw` and `flake.nix`.
#[derive(Debug)]
pub struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// Checks that it is one.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let absolute = || -> io::Result<PathBuf> {
            let folder = fs::canonicalize(folder)?;
            for part in ["nixw", "flake.nix"] {
                fs::metadata(folder.join(part)).map_err(|cause| io::Error::other(format!("{part}: {cause}")))?;
            }
            Ok(folder)
        };
        let folder = absolute().map_err(|cause| {
            Error::new(
                format!("measure the repository in {}", folder.display()),
                cause,
                "run bench in a clone of the repository, or name one with --repository DIR",
            )
        })?;
        Ok(Self { folder })
    }

    /// Its absolute path.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use temporary::Directory;

    #[test]
    fn a_folder_without_nixw_is_refused_by_name() {
        let folder = Directory::new("bench").expect("make a temporary folder");
        fs::write(folder.join("flake.nix"), "").expect("write a file");
        let error = Repository::open(folder.path()).expect_err("it is no repository").to_string();
        assert!(error.contains(&*folder.path().to_string_lossy()), "{error}");
        assert!(error.contains("because: nixw: "), "{error}");
        assert!(error.contains("do this: "), "{error}");
    }

    #[test]
    fn a_repository_is_known_by_its_absolute_path() {
        let folder = Directory::new("bench").expect("make a temporary folder");
        for part in ["nixw", "flake.nix"] {
            fs::write(folder.join(part), "").expect("write a file");
        }
        let repository = Repository::open(&folder.join("../").join(folder.file_name().expect("it has one")));
        let expected = fs::canonicalize(folder.path()).expect("it is there");
        assert_eq!(repository.expect("it is one").folder(), expected);
    }
}
