// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hashes of files, by the `sha256sum` that every Linux machine has.

use std::path::Path;
use std::process::Command;

use explained::Error;

use crate::lock::is_sha256;

/// How many files one `sha256sum` is given: far from what a command line can hold.
const AT_ONCE: usize = 500;

/// The SHA-256 of each file, in lower-case hexadecimal, in their order.
///
/// # Errors
///
/// Where a file cannot be read, or there is no `sha256sum`.
pub fn of_files<P: AsRef<Path>>(files: &[P]) -> Result<Vec<String>, Error> {
    let mut hashes = Vec::with_capacity(files.len());
    for files in files.chunks(AT_ONCE) {
        hashes.extend(of_some(files)?);
    }
    Ok(hashes)
}

/// The SHA-256 of one file.
///
/// # Errors
///
/// As for [`of_files`].
pub fn of_file(file: &Path) -> Result<String, Error> {
    Ok(of_some(&[file])?.remove(0))
}

fn of_some<P: AsRef<Path>>(files: &[P]) -> Result<Vec<String>, Error> {
    let doing = || format!("hash {}", files[0].as_ref().display());
    let output =
        Command::new("sha256sum").arg("--").args(files.iter().map(AsRef::as_ref)).output().map_err(|cause| {
            Error::new(doing(), format!("sha256sum does not start: {cause}"), "install coreutils or busybox")
        })?;
    let text = String::from_utf8_lossy(&output.stdout);
    // Where a name has an odd character, the line starts with a backslash.
    let hashes: Vec<String> =
        text.lines().filter_map(|line| line.trim_start_matches('\\').get(..64)).map(str::to_owned).collect();
    if !output.status.success() || hashes.len() != files.len() || !hashes.iter().all(|hash| is_sha256(hash)) {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(doing(), complaint.trim(), "make sure that it is there and can be read"));
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use temporary::Directory;

    use super::*;

    #[test]
    fn hashes_are_those_of_the_standard() {
        let folder = Directory::new("pins-sha256").unwrap();
        let (empty, abc) = (folder.path().join("empty"), folder.path().join("a\\b c"));
        fs::write(&empty, "").unwrap();
        fs::write(&abc, "abc").unwrap();
        // FIPS 180-4's examples.
        let expected = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ];
        assert_eq!(of_files(&[&empty, &abc]).unwrap(), expected);
        assert_eq!(of_file(&abc).unwrap(), expected[1]);
        let error = of_files(&[empty, folder.path().join("none")]).unwrap_err().to_string();
        assert!(error.contains("No such file"), "{error}");
    }
}
