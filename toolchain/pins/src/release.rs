// SPDX-License-Identifier: MIT OR Apache-2.0

//! A suite's Release file: what the archive signs. It has the hash of every index, and an index that of every package.
//!
//! <https://wiki.debian.org/DebianRepository/Format> describes it; gpgv(1) checks the signature.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use explained::Error;

/// A Release file that holds what somebody signed whose key is in the keyring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    text: String,
    /// Fingerprints of the keys that signed, in hexadecimal.
    pub signers: Vec<String>,
    /// When it was signed; the last time where several keys did.
    pub signed: SystemTime,
}

/// A file of the suite, as the Release file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// In the suite's folder.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// In lower-case hexadecimal.
    pub sha256: String,
}

/// Where the Release file of a suite is kept, in the folder of the lock file.
pub fn kept(lock: &Path, suite: &str) -> PathBuf {
    lock.with_file_name("release").join(format!("{suite}.InRelease"))
}

impl Release {
    /// Reads an `InRelease` file, and checks its signature.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, a signature in it is not one of its text, or none is by a key in `keyring`.
    pub fn read(path: &Path, keyring: &Path) -> Result<Self, Error> {
        let doing = || format!("check the signature of {}", path.display());
        // What it writes is what was signed, without what others put around it.
        let output = Command::new("gpgv")
            .args(["--status-fd", "2", "--output", "-", "--keyring"])
            .args([keyring, path])
            .env("LC_ALL", "C")
            .output()
            .map_err(|cause| Error::new(doing(), format!("gpgv does not start: {cause}"), "install gpgv"))?;
        Self::judge(&output).map_err(|cause| {
            let remedy = "do not use it; take it from the archive again, and if it is refused again, \
                          somebody changed it on its way";
            Error::new(doing(), cause, remedy)
        })
    }

    fn judge(output: &Output) -> Result<Self, String> {
        let text = String::from_utf8_lossy(&output.stderr);
        let status = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix("[GNUPG:] ")?.strip_prefix(name));
            lines.filter_map(|rest| rest.strip_prefix(' ')).collect::<Vec<_>>()
        };
        if let Some(by) = status("BADSIG").first() {
            return Err(format!("its text is not what was signed: bad signature by {by}"));
        }
        // As apt has it: keys that are not known here may have signed too.
        let valid: Vec<Vec<&str>> = status("VALIDSIG").into_iter().map(|fields| fields.split(' ').collect()).collect();
        if valid.is_empty() || status("GOODSIG").is_empty() {
            let said: Vec<&str> = text.lines().filter(|line| line.starts_with("gpgv: ")).collect();
            return Err(format!("nobody in the keyring has signed it: {}", said.join("; ")));
        }
        let time = |fields: &Vec<&str>| fields.get(2)?.parse().ok().map(Duration::from_secs);
        let signed = valid.iter().filter_map(time).max().ok_or("gpgv does not say when it was signed")?;
        Ok(Release {
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            signers: valid.iter().map(|fields| fields[0].to_owned()).collect(),
            signed: SystemTime::UNIX_EPOCH + signed,
        })
    }

    /// A file of the suite, by its path in the suite's folder, such as `main/binary-amd64/Packages.xz`.
    pub fn file(&self, path: &str) -> Option<File> {
        let hashes = self.text.lines().skip_while(|line| *line != "SHA256:").skip(1);
        hashes.take_while(|line| line.starts_with(' ')).find_map(|line| {
            let [sha256, size, name] = line.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
            (name == path).then_some(())?;
            Some(File { path: name.to_owned(), size: size.parse().ok()?, sha256: sha256.to_owned() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Origin: Test\nMD5Sum:\n 00 7 main/Packages\nSHA256:\n ab 7 main/Packages\n cd 8 other\nDate: x\n";

    fn release() -> Release {
        Release { text: TEXT.to_owned(), signers: Vec::new(), signed: SystemTime::UNIX_EPOCH }
    }

    #[test]
    fn a_file_is_found_by_its_path() {
        let file = File { path: "main/Packages".to_owned(), size: 7, sha256: "ab".to_owned() };
        assert_eq!(release().file("main/Packages"), Some(file));
        assert_eq!(release().file("Packages"), None);
    }
}
