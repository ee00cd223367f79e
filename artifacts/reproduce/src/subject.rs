// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is built again.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

use explained::Error;

use crate::nix::{self, Nix};

/// It, as the store has it.
#[derive(Debug)]
pub struct Subject {
    /// The flake's attribute; a derivation that was named by its path has none.
    pub installable: Option<String>,
    /// The path of the .drv file.
    pub derivation: String,
    /// At least one.
    pub outputs: Vec<Output>,
    /// Since it was built.
    pub age: Duration,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// In the store.
    pub path: String,
    /// Of all bytes, names and permissions: that of the archive that Nix makes of it.
    pub hash: String,
}

impl Output {
    /// As the store calls it.
    pub fn name(&self) -> &str {
        name(&self.path)
    }
}

/// "NAME" of "/nix/store/HASH-NAME".
pub fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split_once('-').map_or(file, |(_, name)| name)
}

/// Builds it for the first time, where the store does not have it.
pub fn build(nix: &Nix, repository: &str, artifact: &str) -> Result<Subject, Error> {
    let installable = installable(repository, artifact);
    let derivation = derivation(nix, repository, artifact)?;
    nix.realise(&derivation)?;
    let outputs = nix.outputs(&derivation)?;
    let age = outputs.first().map_or(Duration::ZERO, |output| age(&output.path));
    Ok(Subject { installable, derivation, outputs, age })
}

/// What it is built by.
pub fn derivation(nix: &Nix, repository: &str, artifact: &str) -> Result<String, Error> {
    match installable(repository, artifact) {
        Some(installable) => nix.derivation(&installable),
        None => Ok(artifact.to_owned()),
    }
}

/// "packages.driver" and "checks.docs" are attributes for this kind of machine.
fn installable(repository: &str, artifact: &str) -> Option<String> {
    if artifact.ends_with(".drv") {
        return None;
    }
    let attribute = match artifact.split_once('.') {
        Some((kind @ ("packages" | "checks"), name)) if !name.contains('.') => {
            format!("{kind}.{}.{name}", nix::system())
        }
        _ => artifact.to_owned(),
    };
    Some(format!("{repository}#{attribute}"))
}

/// Nix sets the time of modification of all it stores, but not that.
fn age(path: &str) -> Duration {
    let changed = fs::symlink_metadata(path).map_or(0, |metadata| metadata.ctime());
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(changed.try_into().unwrap_or(0));
    changed.elapsed().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_for_what_this_machine_builds() {
        let system = nix::system();
        assert_eq!(installable(".", "driver"), Some(".#driver".to_owned()));
        assert_eq!(installable("f", "checks.docs"), Some(format!("f#checks.{system}.docs")));
        assert_eq!(installable(".", "checks.a.docs"), Some(".#checks.a.docs".to_owned()));
        assert_eq!(installable(".", "/nix/store/a-x.drv"), None);
    }

    #[test]
    fn outputs_have_the_stores_name() {
        let output = Output { path: "/nix/store/abc-linux-dev".to_owned(), hash: String::new() };
        assert_eq!(output.name(), "linux-dev");
    }
}
