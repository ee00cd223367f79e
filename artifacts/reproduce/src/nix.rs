// SPDX-License-Identifier: MIT OR Apache-2.0

//! The `nix` and `nix-store` commands.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use explained::Error;

use crate::subject::Output;

/// What `nix-store --check` ends with where the outputs differ from those in the store, and for no other reason.
const NOT_DETERMINISTIC: i32 = 104;

/// One of them.
#[derive(Debug)]
pub struct Nix {
    command: PathBuf,
}

impl Nix {
    /// That command, and the one beside it.
    pub fn new(command: &Path) -> Self {
        Self { command: command.to_owned() }
    }

    /// `nix`, with what the flake needs of it.
    pub fn nix(&self) -> Command {
        let mut command = Command::new(&self.command);
        command.args(["--extra-experimental-features", "nix-command flakes"]);
        command
    }

    /// `nix-store`.
    pub fn nix_store(&self) -> Command {
        Command::new(self.command.with_file_name("nix-store"))
    }

    /// Builds it, or takes it from the store. What the build says goes to standard error.
    pub fn realise(&self, derivation: &str) -> Result<(), Error> {
        let doing = format!("build {derivation}");
        succeed(self.nix_store().args(["--realise", derivation]).stderr(Stdio::inherit()), &doing).map(drop)
    }

    /// What it builds.
    pub fn outputs(&self, derivation: &str) -> Result<Vec<Output>, Error> {
        let paths = self.query(&["--query", "--outputs", derivation])?;
        paths.lines().map(|path| Ok(Output { path: path.to_owned(), hash: self.hash(path)? })).collect()
    }

    /// The derivation that an attribute is.
    pub fn derivation(&self, installable: &str) -> Result<String, Error> {
        let doing = format!("evaluate {installable}");
        let output = succeed(self.nix().args(["eval", "--raw", &format!("{installable}.drvPath")]), &doing)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The names in the flake's `packages` or `checks` of this kind of machine.
    pub fn attributes(&self, flake: &str, kind: &str) -> Result<Vec<String>, Error> {
        let doing = format!("list the {kind} of {flake}");
        let installable = format!("{flake}#{kind}.{}", system());
        let output =
            succeed(self.nix().args(["eval", "--json", "--apply", "builtins.attrNames", &installable]), &doing)?;
        serde_json::from_slice(&output.stdout).map_err(|cause| unexpected(&doing, cause))
    }

    /// What nix-store prints.
    pub fn query(&self, arguments: &[&str]) -> Result<String, Error> {
        let output = succeed(self.nix_store().args(arguments), &format!("ask the store for {}", arguments.join(" ")))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// All derivations that one is built by, itself included: those that download a file whose hash they know, and the others, which build.
    pub fn closure(&self, derivation: &str) -> Result<(Vec<String>, Vec<String>), Error> {
        let closure = self.query(&["--query", "--requisites", derivation])?;
        let derivations = closure.lines().filter(|path| path.ends_with(".drv")).map(str::to_owned);
        Ok(derivations.partition(|path| self.query(&["--query", "--binding", "outputHash", path]).is_ok()))
    }

    /// The hash of a path, whichever store it is in.
    pub fn hash(&self, path: &str) -> Result<String, Error> {
        let doing = format!("hash {path}");
        let output = succeed(self.nix().args(["hash", "path", path]), &doing)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Builds all outputs again; whether they are the same. Those that are not stay, as "….check".
    pub fn check(&self, derivation: &str, vary: &dyn Fn(&mut Command)) -> Result<bool, Error> {
        let mut command = self.nix_store();
        command.args(["--realise", "--check", "--keep-failed", derivation]);
        vary(&mut command);
        let doing = format!("build {derivation} again");
        let output = run(&mut command, &doing)?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(NOT_DETERMINISTIC) => Ok(false),
            _ => Err(failed(&doing, &output)),
        }
    }
}

/// As Nix calls this kind of machine.
pub fn system() -> String {
    format!("{}-linux", std::env::consts::ARCH)
}

/// Runs a command that has to succeed.
pub fn succeed(command: &mut Command, doing: &str) -> Result<process::Output, Error> {
    let output = run(command, doing)?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(failed(doing, &output))
    }
}

fn run(command: &mut Command, doing: &str) -> Result<process::Output, Error> {
    let program = OsString::from(command.get_program());
    command.output().map_err(|cause| {
        Error::new(
            doing,
            format!("{} does not start: {cause}", program.to_string_lossy()),
            "name a nix command that has nix-store beside it",
        )
    })
}

fn failed(doing: &str, output: &process::Output) -> Error {
    let complaint = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = complaint.lines().collect();
    let last = lines[lines.len().saturating_sub(20)..].join("\n");
    Error::new(
        doing,
        format!("it ended with {}\n{last}", output.status),
        "see what it says above; a build that fails is no matter of being reproducible",
    )
}

fn unexpected(doing: &str, cause: impl std::fmt::Display) -> Error {
    Error::new(doing, format!("nix printed what is not known here: {cause}"), "use the pinned one: nix run .#reproduce")
}
