// SPDX-License-Identifier: MIT OR Apache-2.0

//! Files of the archive's suites: from the mirror, or from the archive of all that Debian ever published.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pins::release::File;
use pins::{sha256, Error, APT_CONFIGURATION};
use temporary::Directory;

/// apt's own program for one download, and the variable that names another.
const HELPER: &str = "/usr/lib/apt/apt-helper";
const HELPER_VARIABLE: &str = "FERRITE_APT_HELPER";

/// Fetches, and keeps what does not change.
pub struct Fetcher {
    mirror: Option<String>,
    snapshot: String,
    /// Indexes by hash.
    cache: PathBuf,
    folder: Directory,
}

impl Fetcher {
    /// `snapshot` is a time as the snapshot archive has it in addresses.
    pub fn new(mirror: Option<&str>, snapshot: &str) -> Result<Self, Error> {
        let home = || env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
        let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home).unwrap_or_else(env::temp_dir);
        let cache = cache.join("ferrite/indexes");
        let folder = fs::create_dir_all(&cache).and_then(|()| Directory::new("verify")).map_err(|cause| {
            Error::new(
                format!("make a folder for indexes, {} or a temporary one", cache.display()),
                cause,
                "make room, or name other places in the environment: XDG_CACHE_HOME, TMPDIR",
            )
        })?;
        Ok(Fetcher {
            mirror: mirror.map(|mirror| mirror.trim_end_matches('/').to_owned()),
            snapshot: format!("http://snapshot.debian.org/archive/debian/{snapshot}"),
            cache,
            folder,
        })
    }

    /// An index of a suite, whose hash is what the Release file says.
    pub fn index(&self, suite: &str, file: &File) -> Result<PathBuf, String> {
        let kept = self.cache.join(&file.sha256);
        let has_hash = |path: &Path| sha256::of_file(path).is_ok_and(|hash| hash == file.sha256);
        if has_hash(&kept) {
            return Ok(kept);
        }
        // A mirror has an index of some days ago by its hash only.
        let (parent, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let by_hash = format!("dists/{suite}/{parent}/by-hash/SHA256/{}", file.sha256);
        let by_name = format!("dists/{suite}/{parent}/{name}");
        let mirror = self.mirror.iter().map(|base| format!("{base}/{by_hash}"));
        let mut causes = Vec::new();
        for address in mirror.chain([format!("{}/{by_name}", self.snapshot)]) {
            let fetched = self.folder.path().join("index");
            match download(&address, &fetched, Some(&file.sha256)) {
                // Twice looked at: apt's program did too.
                Ok(()) if has_hash(&fetched) => {
                    fs::copy(&fetched, &kept).map_err(|cause| cause.to_string())?;
                    return Ok(kept);
                }
                Ok(()) => causes.push(format!("{address} has another hash")),
                Err(cause) => causes.push(format!("{address}: {cause}")),
            }
        }
        Err(causes.join("; "))
    }

    /// The Release file that the mirror has for a suite today. Nothing of it is checked yet.
    pub fn release_of_today(&self, suite: &str) -> Result<PathBuf, String> {
        let mirror = self.mirror.as_ref().ok_or("no Debian mirror is known here")?;
        let path = self.folder.path().join(format!("{suite}.InRelease"));
        download(&format!("{mirror}/dists/{suite}/InRelease"), &path, None)?;
        Ok(path)
    }
}

fn download(address: &str, to: &Path, sha256: Option<&str>) -> Result<(), String> {
    let _ = fs::remove_file(to);
    let helper = env::var_os(HELPER_VARIABLE).unwrap_or_else(|| HELPER.into());
    let mut command = Command::new(&helper);
    if let Some(configuration) = env::var_os(APT_CONFIGURATION) {
        command.env("APT_CONFIG", configuration);
    }
    let output = command
        .args(["-oAPT::Sandbox::User=root", "-oAcquire::Retries=1", "-oAcquire::http::Timeout=20", "download-file"])
        .args([address.as_ref(), to.as_os_str()])
        .args(sha256.map(|hash| format!("SHA256:{hash}")))
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .stderr(Stdio::piped())
        .output()
        .map_err(|cause| format!("{} does not start: {cause}", Path::new(&helper).display()))?;
    if output.status.success() && to.exists() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("E: ")).map(str::trim).collect();
    Err(errors.join(", "))
}
