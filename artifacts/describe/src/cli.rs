// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::path::PathBuf;

use clap::{value_parser, Arg, ArgMatches, Command};

/// What to do.
#[derive(Debug)]
pub enum Request {
    /// Read copyright files, named by lines of `sha256sum` on standard input, and print what they say as JSON.
    Licences,
    /// Print the files of the repository that a derivation was built from.
    Sources(String),
    /// Write the statements.
    Statements(Box<Options>),
}

/// A build as a user asks for it.
#[derive(Debug)]
pub struct Build {
    /// Of the flake's packages.
    pub attribute: String,
    /// Of the machine that builds, as Nix calls it.
    pub system: String,
}

/// What the statements are made of.
#[derive(Debug)]
pub struct Options {
    /// That of the files.
    pub derivation: String,
    /// What a user asked for.
    pub request: Build,
    /// Debian's name of the architecture of the machine that builds.
    pub architecture: String,
    /// pins.lock.
    pub lock: PathBuf,
    /// What `licences` wrote.
    pub licences: PathBuf,
    /// Of the files.
    pub sha1: PathBuf,
    /// Of the same files, in the same order.
    pub sha256: PathBuf,
    /// SPDX's, of all of them: the SHA-1 of their SHA-1 sums, sorted and without anything between.
    pub verification_code: String,
    /// SHA-256 sums of what `describe sources` prints.
    pub sources: PathBuf,
    /// The folder that the statements go to.
    pub out: PathBuf,
}

/// Parses the program's arguments; prints help or a complaint and exits where they call for it.
pub fn parse() -> Request {
    interpret(command().get_matches())
}

fn command() -> Command {
    let derivation = Arg::new("derivation").value_name("DERIVATION").required(true).help("Path of its .drv file");
    let licences = Command::new("licences")
        .about("Prints the licences, as JSON, that copyright files name; standard input lists these as sha256sum does");
    let sources = Command::new("sources").about("Prints what it was built from of this repository: paths in the store");
    let statements = Command::new("statements")
        .about("Writes sbom.spdx.json and provenance.intoto.json")
        .arg(derivation.clone())
        .arg(
            Arg::new("attribute")
                .long("attribute")
                .required(true)
                .help("Of the flake's packages, which builds the files"),
        )
        .arg(Arg::new("system").long("system").required(true).help("Nix's name of the machine that builds"))
        .arg(Arg::new("architecture").long("architecture").required(true).help("Debian's name of its architecture"))
        .arg(Arg::new("verification-code").long("verification-code").required(true).help("SPDX's, of the files"))
        .args(["lock", "licences", "sha1", "sha256", "sources", "out"].map(path));
    Command::new("describe")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Says what the files of a derivation were built from")
        .subcommand_required(true)
        .subcommands([licences, sources.arg(derivation), statements])
}

fn path(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("PATH").value_parser(value_parser!(PathBuf)).required(true)
}

fn interpret(mut matches: ArgMatches) -> Request {
    let (name, mut matches) = matches.remove_subcommand().expect("clap requires it");
    if name == "licences" {
        return Request::Licences;
    }
    let derivation = matches.remove_one("derivation").expect("clap requires it");
    if name == "sources" {
        return Request::Sources(derivation);
    }
    let mut text = |name| matches.remove_one(name).expect("clap requires it");
    let request = Build { attribute: text("attribute"), system: text("system") };
    let (architecture, verification_code) = (text("architecture"), text("verification-code"));
    let mut path = |name| matches.remove_one(name).expect("clap requires it");
    Request::Statements(Box::new(Options {
        derivation,
        request,
        architecture,
        lock: path("lock"),
        licences: path("licences"),
        sha1: path("sha1"),
        sha256: path("sha256"),
        verification_code,
        sources: path("sources"),
        out: path("out"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }
}
