// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

use crate::twin::Twin;

const AFTER_HELP: &str = "\
Exit status: 0, however slow; 1 when a command failed; 2 when the command line is wrong; 128+N when signal N ended it.

Examples:
  nix run .#bench
  nix run .#bench -- --runs 30 --json
  sudo ./nixw run .#bench -- --cold";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The folder with `nixw` and `flake.nix`.
    pub repository: PathBuf,
    /// The `vm` command.
    pub vm: PathBuf,
    /// How often each is measured.
    pub runs: NonZeroU32,
    /// Also build everything from nothing.
    pub cold: bool,
    /// Also compare the driver with its twin in C.
    pub twin: Option<Twin>,
    /// JSON instead of text on standard output.
    pub json: bool,
}

/// Parses the program's arguments and environment; prints help or a complaint and exits where they call for it.
pub fn parse() -> Options {
    interpret(&mut command().get_matches())
}

fn command() -> Command {
    Command::new("bench")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Measures how long the round trip takes: from nothing, with everything built, and the machine itself")
        .after_help(AFTER_HELP)
        .args([
            Arg::new("repository")
                .long("repository")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .default_value(".")
                .help("Folder that holds nixw and flake.nix"),
            Arg::new("vm")
                .long("vm")
                .value_name("PATH")
                .env("FERRITE_VM")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("The vm command, with its parts around it"),
            Arg::new("runs")
                .long("runs")
                .value_name("N")
                .value_parser(value_parser!(NonZeroU32))
                .default_value("10")
                .help("How often to measure, after a warm-up"),
            Arg::new("cold").long("cold").action(ArgAction::SetTrue).help(
                "Also build everything in an empty store; needs root, 12 GiB in TMPDIR [/var/tmp], and 15 minutes",
            ),
            Arg::new("twin")
                .long("twin")
                .value_name("DIR")
                .env("FERRITE_TWIN")
                .value_parser(value_parser!(PathBuf))
                .requires("counting-qemu")
                .help("Folder with twin.ko and compare: also compare the driver's ioctls with the same in C"),
            Arg::new("counting-qemu")
                .long("counting-qemu")
                .value_name("PATH")
                .env("FERRITE_COUNTING_QEMU")
                .value_parser(value_parser!(PathBuf))
                .help("QEMU with -icount shift=0, so that the guest's clock counts instructions"),
            Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON, all times in seconds"),
        ])
}

fn interpret(matches: &mut ArgMatches) -> Options {
    Options {
        repository: matches.remove_one("repository").expect("it has a default"),
        vm: matches.remove_one("vm").expect("clap requires it"),
        runs: matches.remove_one("runs").expect("it has a default"),
        cold: matches.get_flag("cold"),
        twin: twin(matches),
        json: matches.get_flag("json"),
    }
}

fn twin(matches: &mut ArgMatches) -> Option<Twin> {
    let folder = matches.remove_one("twin")?;
    Some(Twin { folder, counting_qemu: matches.remove_one("counting-qemu").expect("clap requires it") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        let arguments = [&["bench", "--vm", "vm"], arguments].concat();
        command().try_get_matches_from(arguments).map(|mut matches| interpret(&mut matches))
    }

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn by_default_it_is_quick_and_about_this_folder() {
        let options = parse(&[]).expect("is accepted");
        assert!(!options.cold);
        assert_eq!(options.repository, PathBuf::from("."));
        assert_eq!(options.runs.get(), 10);
    }

    #[test]
    fn a_twin_needs_a_qemu_that_counts() {
        assert_eq!(parse(&[]).expect("is accepted").twin, None);
        assert!(parse(&["--twin", "folder"]).is_err());
        let options = parse(&["--twin", "folder", "--counting-qemu", "qemu"]).expect("is accepted");
        assert_eq!(options.twin, Some(Twin { folder: "folder".into(), counting_qemu: "qemu".into() }));
    }

    #[test]
    fn no_runs_are_refused() {
        assert!(parse(&["--runs", "0"]).is_err());
    }
}
