// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

use crate::subject::Machines;
use crate::twin::Twin;

const AFTER_HELP: &str = "\
Exit status: 0, however slow; 1 when a command failed; 2 when the command line is wrong; 128+N when signal N ended it.

Examples:
  nix run .#bench
  nix run .#bench -- --runs 30 --json report.json --svg report.svg
  nix run .#bench -- --record
  sudo ./nixw run .#bench -- --cold";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The folder with `nixw` and `flake.nix`.
    pub repository: PathBuf,
    /// The commands that run machines.
    pub machines: Machines,
    /// How often each is measured.
    pub runs: NonZeroU32,
    /// Also build everything from nothing.
    pub cold: bool,
    /// Also run tests of the suite: a root file system that has them.
    pub tests: Option<PathBuf>,
    /// Also compare the driver with its twin in C.
    pub twin: Option<Twin>,
    /// A file with the sizes of what was built.
    pub sizes: Option<PathBuf>,
    /// Where the report goes as JSON.
    pub json: Option<PathBuf>,
    /// Where it goes as a picture.
    pub svg: Option<PathBuf>,
    /// Also add a line to the repository's history.
    pub record: bool,
}

/// Parses the program's arguments and environment; prints help or a complaint and exits where they call for it.
pub fn parse() -> Options {
    interpret(&mut command().get_matches())
}

fn command() -> Command {
    Command::new("bench")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Measures how long machines take, beside what would do the same; what an ioctl costs; how large things are")
        .after_help(AFTER_HELP)
        .args([
            Arg::new("repository")
                .long("repository")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .default_value(".")
                .help("Folder that holds nixw and flake.nix"),
            Arg::new("runs")
                .long("runs")
                .value_name("N")
                .value_parser(value_parser!(NonZeroU32))
                .default_value("5")
                .help("How often to measure, after a warm-up"),
            Arg::new("cold").long("cold").action(ArgAction::SetTrue).help(
                "Also build everything in an empty store; needs root, 12 GiB in TMPDIR [/var/tmp], and 10 to 20 minutes",
            ),
            file("json").help("Also write the report there as JSON, times in seconds"),
            file("svg").help("Also draw it there"),
            Arg::new("record")
                .long("record")
                .action(ArgAction::SetTrue)
                .help("Also add its sizes and ratios to the repository's history, docs/bench-history.csv"),
        ])
        .next_help_heading("What is measured; of those that are not named, nothing is")
        .args([
            part("vm", "FERRITE_VM", "The vm command, with its parts around it").required(true),
            part("disk-vm", "FERRITE_DISK_VM", "The same, started from a disk by UEFI firmware"),
            part("debian-vm", "FERRITE_DEBIAN_VM", "The same, with Debian's kernel"),
            part("virtme", "FERRITE_VIRTME", "virtme-run, with our kernel and a root file system that has the module"),
            part("tests", "FERRITE_TESTS", "Root file system with the module and the driver's suite, for the tests a second"),
            part("sizes", "FERRITE_SIZES", "File with the sizes of what was built"),
            part("twin", "FERRITE_TWIN", "Folder with twin.ko and compare: the driver's ioctls in C")
                .requires("counting-qemu"),
            part(
                "counting-qemu",
                "FERRITE_COUNTING_QEMU",
                "QEMU with -icount shift=0, so that the guest's clock counts instructions",
            ),
        ])
}

fn part(name: &'static str, variable: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).env(variable).value_name("PATH").value_parser(value_parser!(PathBuf)).help(help)
}

fn file(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("FILE").value_parser(value_parser!(PathBuf))
}

fn interpret(matches: &mut ArgMatches) -> Options {
    Options {
        repository: matches.remove_one("repository").expect("it has a default"),
        machines: Machines {
            vm: matches.remove_one("vm").expect("clap requires it"),
            disk: matches.remove_one("disk-vm"),
            debian: matches.remove_one("debian-vm"),
            virtme: matches.remove_one("virtme"),
        },
        runs: matches.remove_one("runs").expect("it has a default"),
        cold: matches.get_flag("cold"),
        tests: matches.remove_one("tests"),
        twin: twin(matches),
        sizes: matches.remove_one("sizes"),
        json: matches.remove_one("json"),
        svg: matches.remove_one("svg"),
        record: matches.get_flag("record"),
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
        assert!(!options.cold && !options.record);
        assert_eq!(options.repository, PathBuf::from("."));
        assert_eq!(options.runs.get(), 5);
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
