// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is left to trust when all else is checked, in bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pins::{sha256, Error};

use crate::findings::{grouped, Findings};

/// Where the committed seeds are, with a folder for each kind of host.
const SEEDS: &str = "toolchain/seed";

/// Compares the committed seeds with those that were built from their source, where they were.
pub fn check_seeds(source: &Path, built: Option<&Path>, findings: &mut Findings) -> Result<(), Error> {
    for seed in seeds(source)? {
        let hash = sha256::of_file(&seed)?;
        let host = host(&seed);
        let built = built.map(|built| built.join(&host).join("seed")).filter(|built| built.exists());
        match built.as_deref().map(sha256::of_file).transpose()? {
            None => findings.holds("seed", &format!("{host}: {hash}; not built here: ./nixw build .#seed")),
            Some(other) if other == hash => {
                findings.holds("seed", &format!("{host}: {hash}, as its source gives here"));
            }
            Some(other) => findings.wrong(Error::new(
                format!("trust {}", seed.display()),
                format!("its SHA-256 is {hash}, and its source gives {other}"),
                "do not run nixw; restore the seed from a commit that you trust",
            )),
        }
    }
    Ok(())
}

/// Says what one has to trust.
pub fn sum_up(source: &Path, keyring: &Path) -> Result<(), Error> {
    let failed = |cause: io::Error| {
        Error::new(
            format!("measure {}", source.display()),
            cause,
            "start this in the repository, or name it with --source",
        )
    };
    let size = |path: &Path| fs::metadata(path).map(|metadata| metadata.len()).map_err(failed);
    println!("\nleft to trust, in bytes");
    let line = |size: u64, what: &str| println!("{:>12}  {what}", grouped(size));
    for seed in seeds(source)? {
        line(size(&seed)?, &format!("the seed for {}, machine code", host(&seed)));
    }
    line(size(keyring)?, "the archive's keyring: who Debian is");
    line(size(&source.join("nixw"))?, "nixw, on a machine without Nix");
    let files = files(source).map_err(failed)?;
    let all = files.iter().map(|file| size(file)).sum::<Result<u64, _>>()?;
    line(all, &format!("the repository with all of these but the keyring: {} files", files.len()));
    println!("besides: Debian, which made the packages; Nix, and the kernel and the processor below it\n");
    Ok(())
}

fn seeds(source: &Path) -> Result<Vec<PathBuf>, Error> {
    let folder = source.join(SEEDS);
    let entries = fs::read_dir(&folder).map_err(|cause| {
        Error::new(format!("look for the seeds in {}", folder.display()), cause, "name the repository with --source")
    })?;
    let mut seeds: Vec<PathBuf> = entries.flatten().map(|entry| entry.path().join("seed")).collect();
    seeds.retain(|seed| seed.is_file());
    seeds.sort();
    Ok(seeds)
}

/// By Nix's name, which is the folder's.
fn host(seed: &Path) -> String {
    let folder = seed.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

/// Every file in a folder, without what git and builds keep there.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if entry.file_name() != ".git" && entry.file_name() != "target" {
                all.extend(files(&entry.path())?);
            }
        } else {
            all.push(entry.path());
        }
    }
    Ok(all)
}
