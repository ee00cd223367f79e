// SPDX-License-Identifier: MIT OR Apache-2.0

//! `update` moves the toolchain's pins: it asks apt what the archive's suites hold now, resolves every set of the wish
//! list `pins.toml`, shows what that changes, and with `--write` writes it to `pins.lock`.
//!
//! apt checks the archive's signature, dates and hashes. Whatever fails, the lock file stays as it was. What the archive
//! signed is kept beside it.

mod apt;
mod changes;
mod fixes;
mod releases;
mod uris;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{value_parser, Arg, ArgAction, Command};
use pins::lock::{self, Lock};
use pins::wishes::Wishes;
use pins::{mirror, Error};

use apt::Apt;
use changes::Changes;
use fixes::Fixes;
use releases::Releases;

/// What the command line asks for.
struct Options {
    write: bool,
    pins: PathBuf,
    lock: PathBuf,
    mirror: Option<String>,
}

impl Options {
    fn command() -> Command {
        let path = |name| Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf));
        Command::new("update")
            .about("Move the toolchain's pins to what the archive's suites hold now")
            .after_help("Without --write this is a dry run: it shows what would change.")
            .arg(Arg::new("write").long("write").action(ArgAction::SetTrue).help("Write the lock file"))
            .arg(path("pins").default_value("toolchain/pins.toml").help("The wish list to resolve"))
            .arg(path("lock").default_value("toolchain/pins.lock").help("The lock file to compare with, and to write"))
            .arg(
                Arg::new("mirror")
                    .long("mirror")
                    .value_name("URL")
                    .env("FERRITE_MIRROR")
                    .help("The Debian mirror to ask [default: the one that this machine's apt uses]"),
            )
    }

    fn parse() -> Self {
        let mut matches = Self::command().get_matches();
        Options {
            write: matches.get_flag("write"),
            pins: matches.remove_one("pins").expect("has a default"),
            lock: matches.remove_one("lock").expect("has a default"),
            mirror: matches.remove_one("mirror"),
        }
    }
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("update: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    let wishes = Wishes::read(&options.pins)?;
    let old = Lock::read(&options.lock)?;
    let mirror = match &options.mirror {
        Some(mirror) => mirror.trim_end_matches('/').to_owned(),
        None => mirror::of_this_machine()?,
    };

    let apt = Apt::new(&wishes, &mirror)?;
    apt.update()?;
    let releases = Releases::current(&wishes, &apt, &options.lock)?;
    let mut new = Lock::default();
    for (name, architecture, set) in wishes.resolutions() {
        new.add(&name, apt.resolve(&name, architecture, set)?)?;
    }
    new.snapshot = lock::snapshot(SystemTime::now());

    let changes = Changes::between(&old, &new);
    if changes.are_none() && !releases.lacking {
        println!("{} is up to date", options.lock.display());
        return Ok(());
    }
    println!("{changes}");
    print!("{}", Fixes::between(&old, &new, &apt));
    if options.write {
        new.write(&options.lock, &releases.files)?;
        println!("wrote {}", options.lock.display());
    } else {
        println!("dry run; `update --write` writes this to {}", options.lock.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::Options::command().debug_assert();
    }
}
