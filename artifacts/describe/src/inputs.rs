// SPDX-License-Identifier: MIT OR Apache-2.0

//! All that the statements are made of.

use std::fs;
use std::path::Path;

use explained::Error;
use licences::Licences;

use crate::cli::Options;
use crate::derivation::Derivation;
use crate::graph::Graph;
use crate::lock::{Lock, Pin};
use crate::sums;

/// Of one run.
#[derive(Debug)]
pub struct Inputs {
    /// The derivation of the files, and what it was built from.
    pub graph: Graph,
    /// The pins.
    pub lock: Lock,
    /// Of the pinned packages.
    pub licences: Licences,
    /// The files.
    pub artifacts: Vec<Artifact>,
    /// SPDX's, of the files.
    pub verification_code: String,
    /// Files of this repository, by what the store calls them.
    pub sources: Vec<Source>,
}

/// A file that came out.
#[derive(Debug)]
pub struct Artifact {
    /// In the folder.
    pub name: String,
    /// In hexadecimal.
    pub sha1: String,
    /// In hexadecimal.
    pub sha256: String,
    /// The derivation that it is from.
    pub origin: String,
}

/// A file that went in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Without the store's hash.
    pub name: String,
    /// In hexadecimal.
    pub sha256: String,
}

impl Inputs {
    /// Reads what the command line names.
    pub fn read(options: &Options) -> Result<Self, Error> {
        let graph = Graph::read(&options.derivation)?;
        let lock = parse(&options.lock, "the lock file", |text| text.parse())?;
        let licences = parse(&options.licences, "the licences", |text| {
            serde_json::from_str(text).map_err(|cause| cause.to_string())
        })?;
        let artifacts = artifacts(options, &graph)?;
        let sources = parse(&options.sources, "the sums of the sources", |text| Ok(sources(sums::parse(text)?)))?;
        let verification_code = options.verification_code.clone();
        Ok(Self { graph, lock, licences, artifacts, verification_code, sources })
    }

    /// The pin that a derivation downloads, with its hash.
    pub fn pin<'a>(&'a self, download: &'a Derivation) -> Result<(&'a str, &'a Pin), Error> {
        let pin = download.fixed().and_then(|hash| self.lock.pins.get_key_value(hash));
        pin.map(|(hash, pin)| (hash.as_str(), pin)).ok_or_else(|| {
            Error::new(
                format!("describe {}", download.name()),
                "it is downloaded, and no pin has its hash",
                "pin it in toolchain/pins.toml, or build the artifacts without it",
            )
        })
    }

    /// When the pins were taken, as RFC 3339 writes it.
    pub fn time(&self) -> Result<String, Error> {
        self.lock.time().ok_or_else(|| {
            Error::new("date the statement", "pins.lock has no time of a snapshot", "have it written: nix run .#update")
        })
    }

    /// Of SPDX's list, which the packaged names are from: its first two numbers, as SPDX writes it.
    pub fn licence_list_version(&self) -> String {
        spdx::license_version().split('.').take(2).collect::<Vec<_>>().join(".")
    }
}

fn artifacts(options: &Options, graph: &Graph) -> Result<Vec<Artifact>, Error> {
    let sha1: Vec<(String, String)> = parse(&options.sha1, "the SHA-1 sums", owned)?;
    let sha256: Vec<(String, String)> = parse(&options.sha256, "the SHA-256 sums", owned)?;
    let contents = graph.derivations[&graph.root].environment.get("contents").map_or("", String::as_str);
    let artifact = |((name, sha256), (_, sha1)): ((String, String), (String, String))| {
        let path = contents.lines().find_map(|line| line.strip_prefix(&name)?.strip_prefix(' '));
        let origin = path.and_then(|path| graph.origin(path)).ok_or_else(|| {
            Error::new(
                format!("say what {name} was built from"),
                format!("the derivation {} does not name it among its contents", graph.root),
                "let its `contents` have a line \"NAME STORE-PATH\" for each file",
            )
        })?;
        Ok(Artifact { name, sha1, sha256, origin: origin.to_owned() })
    };
    sha256.into_iter().zip(sha1).map(artifact).collect()
}

fn owned(text: &str) -> Result<Vec<(String, String)>, String> {
    Ok(sums::parse(text)?.into_iter().map(|(file, hash)| (file.to_owned(), hash.to_owned())).collect())
}

/// The same file may be in several folders of the store.
fn sources(sums: Vec<(&str, &str)>) -> Vec<Source> {
    let source = |(file, hash): (&str, &str)| Source { name: without_hash(file).to_owned(), sha256: hash.to_owned() };
    let mut sources: Vec<Source> = sums.into_iter().map(source).collect();
    sources.sort();
    sources.dedup();
    sources
}

/// "/nix/store/HASH-workspace/vm/x" is "workspace/vm/x".
fn without_hash(file: &str) -> &str {
    file.strip_prefix("/nix/store/").and_then(|file| file.split_once('-')).map_or(file, |(_, name)| name)
}

fn parse<T>(path: &Path, what: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, Error> {
    let text = fs::read_to_string(path).map_err(|cause| cause.to_string());
    text.and_then(|text| parse(&text))
        .map_err(|cause| Error::new(format!("read {what} in {}", path.display()), cause, "name the right file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_several_take_is_one() {
        let sums = vec![
            ("/nix/store/aa-workspace/a.rs", "11"),
            ("/nix/store/bb-workspace/a.rs", "11"),
            ("/nix/store/cc-b.sh", "22"),
        ];
        let source = |name: &str, sha256: &str| Source { name: name.to_owned(), sha256: sha256.to_owned() };
        assert_eq!(sources(sums), [source("b.sh", "22"), source("workspace/a.rs", "11")]);
    }
}
