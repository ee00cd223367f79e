// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::path::PathBuf;

use clap::{value_parser, Arg, Command};

const AFTER_HELP: &str = "\
Runs in the machine, as root, with every device of the driver closed: it loads the module anew again and again.

When the driver does wrong, the operations that show it go to standard output, as few and plain as can be found. Such a text is
what --replay takes. Where the kernel has KCOV, sequences that reach new code of the driver are kept and tried again with changes.

Exit status: 0 if the driver did as it should, 1 if not, 2 if it could not be tried.";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// How many operations.
    pub operations: u64,
    /// What the operations follow from, if not chance.
    pub seed: Option<u64>,
    /// The driver, if it is not where it usually is.
    pub module: Option<PathBuf>,
    /// Operations to do instead.
    pub replay: Option<PathBuf>,
}

/// Parses the program's arguments, or ends the program.
pub fn parse() -> Options {
    let mut matches = command().get_matches();
    Options {
        operations: matches.remove_one("operations").expect("it has a default"),
        seed: matches.remove_one("seed"),
        module: matches.remove_one("module"),
        replay: matches.remove_one("replay"),
    }
}

fn command() -> Command {
    Command::new("fuzz")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Calls the driver at random, and checks each answer against a model")
        .after_help(AFTER_HELP)
        .args([
            Arg::new("operations")
                .long("operations")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .default_value("100000")
                .help("End after so many operations"),
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Do what was done with that seed before, as far as it does not depend on KCOV [default: another each time]"),
            Arg::new("module")
                .long("module")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The driver [default: chardev.ko in /mnt/share or /lib/modules]"),
            Arg::new("replay")
                .long("replay")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with_all(["operations", "seed"])
                .help("Do the operations in the file instead"),
        ])
}

#[cfg(test)]
mod tests {
    #[test]
    fn definitions_are_consistent() {
        super::command().debug_assert();
    }
}
