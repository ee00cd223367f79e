// SPDX-License-Identifier: MIT OR Apache-2.0

//! From a machine with nothing to the printed round trip, by step.
//!
//! The machine has nothing because each step runs in namespaces of its own: an empty folder is its `/nix`, another one its cache.
//! When its first process ends, so do all others there, and the mounts are gone with them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::Signal;
use nix::sys::wait::wait;
use nix::unistd::geteuid;
use temporary::Directory;

use crate::error::Error;
use crate::repository::Repository;
use crate::steps::{Step, Took, STEPS};
use crate::work;

const DOING: &str = "measure from a machine with nothing";

/// Mounts the folder `$0` on /nix and becomes the rest of the command.
const IN_NAMESPACE: &str = r#"mount --bind "$0" /nix; exec "$@""#;

/// Whether this machine and user can do it, to be known before anything else is measured.
pub fn check() -> Result<(), Error> {
    if !geteuid().is_root() {
        return Err(Error::new(
            DOING,
            "only root can mount an empty folder on /nix",
            "run it as root (sudo ./nixw run .#bench -- --cold), or leave --cold out",
        ));
    }
    if fs::canonicalize("/bin/sh").is_ok_and(|shell| shell.starts_with("/nix")) {
        return Err(Error::new(
            DOING,
            "the shell of this machine lives in /nix itself, so nothing runs once that is empty",
            "use a machine whose programs are elsewhere, such as Debian, or leave --cold out",
        ));
    }
    Ok(())
}

/// Builds everything, and runs it. Shows the progress of that on standard error.
pub fn measure(repository: &Repository) -> Result<Vec<Took<f64>>, Error> {
    let machine = Machine::new()?;
    eprintln!("bench: building everything in an empty store, in {}", machine.folder.path().display());
    // Whoever is left when the command is stopped becomes our child, so that we can wait for it.
    set_child_subreaper(true).map_err(|cause| Error::new(DOING, cause, "use Linux 3.4 or later"))?;
    let took: Result<_, _> = STEPS.iter().map(|step| machine.take(repository, step)).collect();
    machine.remove()?;
    took
}

/// The folders of a machine with nothing. Dropping it removes them.
struct Machine {
    folder: Directory,
}

impl Machine {
    fn new() -> Result<Self, Error> {
        // /tmp may be memory, which a store of many gigabytes does not fit in.
        let parent = env::var_os("TMPDIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
        let folder = Directory::with_parent(&parent, "ferrite-bench").map_err(|cause| complain(&parent, cause))?;
        let machine = Self { folder };
        for part in [machine.nix(), machine.cache(), machine.tmp()] {
            fs::create_dir(&part).map_err(|cause| complain(&part, cause))?;
        }
        Ok(machine)
    }

    fn nix(&self) -> PathBuf {
        self.folder.join("nix")
    }

    fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    fn tmp(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn take(&self, repository: &Repository, step: &Step) -> Result<Took<f64>, Error> {
        let done = work::run(self.command(repository, step), step.prints, Signal::SIGKILL);
        while wait().is_ok() {}
        let seconds = done?.took.as_secs_f64();
        eprintln!("bench: {}: {seconds:.0} s", step.name);
        Ok(Took { name: step.name, seconds })
    }

    fn command(&self, repository: &Repository, step: &Step) -> Command {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"])
            .args(["sh", "-euc", IN_NAMESPACE])
            .arg(self.nix())
            .arg("./nixw")
            .args(step.arguments)
            .current_dir(repository.folder())
            .env("XDG_CACHE_HOME", self.cache())
            .env("TMPDIR", self.tmp());
        // A nixw or Nix around us names store paths there that this machine does not have.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("NIX_")) {
            command.env_remove(name);
        }
        command
    }

    /// Root, which this needs to be, may remove the store's read-only folders as they are.
    fn remove(self) -> Result<(), Error> {
        let path = self.folder.path().to_owned();
        eprintln!("bench: removing {}", path.display());
        self.folder.remove().map_err(|cause| {
            Error::new(format!("remove {}", path.display()), cause, "see what is there, and remove it by hand")
        })
    }
}

fn complain(path: &Path, cause: std::io::Error) -> Error {
    Error::new(
        format!("make the folder {}", path.display()),
        cause,
        "name a place with room in the environment's TMPDIR",
    )
}
