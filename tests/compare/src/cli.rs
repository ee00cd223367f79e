// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{value_parser, Arg, ArgMatches, Command};

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The node of the device that is compared.
    pub device: PathBuf,
    /// The node of the device that it is compared with.
    pub other: PathBuf,
    /// How many rounds to measure.
    pub rounds: NonZeroU32,
    /// How many calls of each kind there are in one.
    pub calls: NonZeroU32,
    /// How many calls of each kind to time one by one.
    pub singles: NonZeroU32,
}

/// Parses the program's arguments; prints help or a complaint and exits where they call for it.
pub fn parse() -> Options {
    interpret(&mut command().get_matches())
}

fn command() -> Command {
    Command::new("compare")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Times SET, GET and an ioctl that does nothing on two devices, by turns, and prints each round as JSON")
        .args([
            node("device").help("The device to compare"),
            node("other").help("The device to compare it with"),
            number("rounds", "2000").help("How many rounds to measure, after one to warm up"),
            number("calls", "100").help("How often each device gets each command in a round"),
            number("singles", "5000").help("How often each device gets each command timed by itself"),
        ])
}

fn node(name: &'static str) -> Arg {
    Arg::new(name).value_name("PATH").value_parser(value_parser!(PathBuf)).required(true)
}

fn number(name: &'static str, default: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("N").value_parser(value_parser!(NonZeroU32)).default_value(default)
}

fn interpret(matches: &mut ArgMatches) -> Options {
    Options {
        device: matches.remove_one("device").expect("clap requires it"),
        other: matches.remove_one("other").expect("clap requires it"),
        rounds: matches.remove_one("rounds").expect("it has a default"),
        calls: matches.remove_one("calls").expect("it has a default"),
        singles: matches.remove_one("singles").expect("it has a default"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn the_device_comes_first_and_then_the_other() {
        let arguments = ["compare", "/dev/a", "/dev/b", "--calls", "7"];
        let options = command().try_get_matches_from(arguments).map(|mut matches| interpret(&mut matches));
        let options = options.expect("is accepted");
        assert_eq!((options.device, options.other), ("/dev/a".into(), "/dev/b".into()));
        assert_eq!((options.rounds.get(), options.calls.get()), (2000, 7));
        assert_eq!(options.singles.get(), 5000);
    }

    #[test]
    fn nothing_to_measure_is_refused() {
        for option in ["--rounds=0", "--calls=0", "--singles=0"] {
            assert!(command().try_get_matches_from(["compare", "/dev/a", "/dev/b", option]).is_err());
        }
    }
}
