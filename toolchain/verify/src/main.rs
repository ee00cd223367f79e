// SPDX-License-Identifier: MIT OR Apache-2.0

//! `verify` checks the chain that everything here hangs from, link by link: the archive's signature on a Release file, that
//! file's hash of an index, the index's hash of each pin, the pin's file in the store, the committed seeds, and what was built.
//! Then it says what is left to trust, in bytes.
//!
//! It shares with `update` what reads the lock file, and nothing that judges: apt moved the pins, and has no say here.

mod artifacts;
mod chain;
mod fetch;
mod findings;
mod index;
mod store;
mod trust;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PathBufValueParser;
use clap::{Arg, Command};
use pins::lock::Lock;
use pins::wishes::Wishes;
use pins::{mirror, Error};

use fetch::Fetcher;
use findings::Findings;

const AFTER_HELP: &str = "\
Exit status:
  0  every link holds
  1  one does not: do not use what was built
  3  nothing is wrong, but not every link could be checked";

/// What the command line and the environment say.
pub struct Options {
    /// The repository, or a copy of it.
    source: PathBuf,
    mirror: Option<String>,
    /// For `nixw`: a line a pin of this host's, "STORE-PATH SHA256 ARCHIVE-PATH".
    store_pins: Option<PathBuf>,
    /// A line an artifact, "NAME OUTPUT DERIVATION".
    artifacts: Option<PathBuf>,
    /// The folder with the seeds as their source gives them.
    built_seeds: Option<PathBuf>,
}

impl Options {
    fn command() -> Command {
        let path = |name, variable| Arg::new(name).long(name).env(variable).value_parser(PathBufValueParser::new());
        Command::new("verify")
            .about("Check the chain from the archive's signature to what was built")
            .after_help(AFTER_HELP)
            .arg(path("source", "FERRITE_SOURCE").value_name("FOLDER").default_value(".").help("The repository"))
            .arg(
                Arg::new("mirror")
                    .long("mirror")
                    .value_name("URL")
                    .env("FERRITE_MIRROR")
                    .help("The Debian mirror to take indexes from [default: the one that this machine's apt uses]"),
            )
            .arg(path("store-pins", "FERRITE_STORE_PINS").value_name("FILE").help("Where the store has the pins"))
            .arg(
                path("artifacts", "FERRITE_ARTIFACTS").value_name("FILE").help("What there is to build, and from what"),
            )
            .arg(path("built-seeds", "FERRITE_SEEDS").value_name("FOLDER").help("The seeds, built from their source"))
    }

    fn parse() -> Self {
        let mut matches = Self::command().get_matches();
        Options {
            source: matches.remove_one("source").expect("has a default"),
            mirror: matches.remove_one("mirror"),
            store_pins: matches.remove_one("store-pins"),
            artifacts: matches.remove_one("artifacts"),
            built_seeds: matches.remove_one("built-seeds"),
        }
    }
}

fn main() -> ExitCode {
    let mut findings = Findings::default();
    if let Err(error) = run(&Options::parse(), &mut findings) {
        findings.wrong(error);
    }
    findings.conclude()
}

fn run(options: &Options, findings: &mut Findings) -> Result<(), Error> {
    let lock_file = options.source.join("toolchain/pins.lock");
    let wishes = Wishes::read(&options.source.join("toolchain/pins.toml"))?;
    let lock = Lock::read(&lock_file)?;
    let keyring = pins::keyring(&wishes.archive.keyring)?;
    // Where it is not known, the snapshot archive is there still.
    let mirror = options.mirror.clone().or_else(|| mirror::of_this_machine().ok());
    let fetcher = Fetcher::new(mirror.as_deref(), &lock.snapshot)?;

    chain::check(&lock_file, &lock, &wishes, &keyring, &fetcher, findings)?;
    let pins = options.store_pins.as_deref().map(|manifest| store::check(manifest, &lock, findings)).transpose()?;
    trust::check_seeds(&options.source, options.built_seeds.as_deref(), findings)?;
    if let (Some(list), Some(pins)) = (&options.artifacts, &pins) {
        artifacts::check(list, pins, findings)?;
    }
    trust::sum_up(&options.source, &keyring)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::Options::command().debug_assert();
    }
}
