// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::path::PathBuf;

use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

const AFTER_HELP: &str = "\
Exit status: 0 when all bytes are the same each time; 1 when some are not; 2 when that could not be found out.

Examples:
  nix run .#reproduce -- driver
  nix run .#reproduce -- --each --empty-store chardevctl
  nix run .#reproduce -- --all --except kernel --except debugKernel
  nix run .#reproduce -- --deep --except linux vm";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// What is built: the flake's attributes, or paths of derivations.
    pub artifacts: Vec<String>,
    /// Every package and check instead.
    pub all: bool,
    /// Also all derivations that they are built from.
    pub deep: bool,
    /// A build for each circumstance, also where all at once make no difference.
    pub each: bool,
    /// But not these: packages, checks or derivations.
    pub except: Vec<String>,
    /// The flake.
    pub repository: String,
    /// The `nix` command that does it.
    pub nix: PathBuf,
    /// Others that it is to be the same with.
    pub other_nix: Vec<PathBuf>,
    /// Also build it in a store that has nothing but what was downloaded.
    pub empty_store: bool,
    /// The diffoscope command.
    pub diffoscope: PathBuf,
}

/// Parses the program's arguments and environment; prints help or a complaint and exits where they call for it.
pub fn parse() -> Options {
    interpret(&mut command().get_matches())
}

fn command() -> Command {
    let program =
        |name: &'static str| Arg::new(name).long(name).value_name("PATH").value_parser(value_parser!(PathBuf));
    Command::new("reproduce")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Builds artifacts again under other circumstances, prints the hashes, and says in what they differ")
        .after_help(AFTER_HELP)
        .args([
            Arg::new("artifact")
                .value_name("ARTIFACT")
                .num_args(1..)
                .required_unless_present("all")
                .conflicts_with("all")
                .help("Attribute of the flake, such as driver or checks.docs; or a .drv file"),
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help("Every package and check of the flake"),
            Arg::new("except")
                .long("except")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help("But not this one: a package, a check, or with --deep the name of a derivation"),
            Arg::new("deep").long("deep").action(ArgAction::SetTrue).help(
                "And each derivation that it is built from, but what is downloaded: a command may be no more than a script that starts a program",
            ),
            Arg::new("each").long("each").action(ArgAction::SetTrue).help(
                "Build it once for each circumstance, and not only where all of them at once make a difference",
            ),
            Arg::new("repository").long("repository").value_name("FLAKE").default_value(".").help("The flake"),
            program("nix").env("FERRITE_NIX").required(true).help("The nix command that builds"),
            program("other-nix")
                .action(ArgAction::Append)
                .help("Another nix command, with nix-store beside it: what it evaluates and builds must be the same"),
            Arg::new("empty-store").long("empty-store").action(ArgAction::SetTrue).help(
                "Also build it in a store that has only what was downloaded; takes as long as the first build, and its room in TMPDIR",
            ),
            program("diffoscope")
                .env("FERRITE_DIFFOSCOPE")
                .required(true)
                .help("The diffoscope command"),
        ])
}

fn interpret(matches: &mut ArgMatches) -> Options {
    let mut list = |name| matches.remove_many::<String>(name).map(Iterator::collect).unwrap_or_default();
    let (artifacts, except) = (list("artifact"), list("except"));
    Options {
        artifacts,
        all: matches.get_flag("all"),
        deep: matches.get_flag("deep"),
        each: matches.get_flag("each"),
        except,
        repository: matches.remove_one("repository").expect("it has a default"),
        nix: matches.remove_one("nix").expect("clap requires it"),
        other_nix: matches.remove_many("other-nix").map(Iterator::collect).unwrap_or_default(),
        empty_store: matches.get_flag("empty-store"),
        diffoscope: matches.remove_one("diffoscope").expect("clap requires it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        let arguments = [&["reproduce", "--nix", "nix", "--diffoscope", "diffoscope"], arguments].concat();
        command().try_get_matches_from(arguments).map(|mut matches| interpret(&mut matches))
    }

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn something_has_to_be_named() {
        assert!(parse(&[]).is_err());
        assert!(parse(&["--all", "driver"]).is_err());
        assert!(parse(&["--all"]).expect("is accepted").all);
        assert_eq!(parse(&["driver", "disk"]).expect("is accepted").artifacts, ["driver", "disk"]);
    }

    #[test]
    fn there_may_be_many_others() {
        let options = parse(&["--other-nix", "a", "--other-nix", "b", "driver"]).expect("is accepted");
        assert_eq!(options.other_nix, [PathBuf::from("a"), PathBuf::from("b")]);
    }
}
