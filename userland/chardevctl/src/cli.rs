// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use chardev_client::{IoctlInfo, BUF_SIZE};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

const EXIT_STATUS: &str = "Exit status:
  0  done
  1  roundtrip: the device gave back something else
  2  the command line is wrong
  3  the device could not be opened, or refused";

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Invocation {
    /// The device node.
    pub device: PathBuf,
    /// JSON instead of text on standard output.
    pub json: bool,
    /// What to do.
    pub action: Action,
}

/// What to do with the device.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Store this.
    Set(IoctlInfo),
    /// Show what is stored.
    Get,
    /// Store a sample, get it back, compare.
    Roundtrip,
}

/// Parses the program's arguments; prints help or a complaint and exits where they call for it.
pub fn parse() -> Invocation {
    interpret(&command().get_matches())
}

fn command() -> Command {
    Command::new("chardevctl")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Talks to the chardev kernel module")
        .after_help(EXIT_STATUS)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args([
            Arg::new("device")
                .long("device")
                .global(true)
                .value_name("PATH")
                .value_parser(value_parser!(PathBuf))
                .default_value("/dev/chardev0")
                .help("Device node"),
            Arg::new("json").long("json").global(true).action(ArgAction::SetTrue).help("Print JSON"),
        ])
        .subcommands([
            Command::new("set").about("Store text in the device").args([
                Arg::new("text")
                    .value_name("TEXT")
                    .required(true)
                    .value_parser(OsStringValueParser::new().try_map(text))
                    .help(format!("Any bytes but NUL, at most {BUF_SIZE}")),
                Arg::new("size")
                    .long("size")
                    .value_name("BYTES")
                    .value_parser(value_parser!(u64))
                    .help("The size to store with it [default: the length of TEXT]"),
            ]),
            Command::new("get")
                .about("Show what the device holds")
                .after_help(r"Bytes that cannot be printed are shown as \xNN, a backslash as \\."),
            Command::new("roundtrip")
                .about("Store a sample, get it back, and compare")
                .after_help("What comes back is printed like `get` prints it; what was stored, on standard error."),
        ])
}

fn text(text: OsString) -> Result<Vec<u8>, String> {
    let text = text.into_vec();
    match text.len() {
        length if length > BUF_SIZE => Err(format!("it is {length} bytes long, and the device holds {BUF_SIZE}")),
        _ => Ok(text),
    }
}

fn interpret(matches: &ArgMatches) -> Invocation {
    let action = match matches.subcommand() {
        Some(("set", matches)) => {
            let text = matches.get_one::<Vec<u8>>("text").expect("clap requires it");
            let size = matches.get_one("size").copied().unwrap_or(text.len() as u64);
            Action::Set(IoctlInfo::new(size, text).expect("clap checked its length"))
        }
        Some(("get", _)) => Action::Get,
        Some(("roundtrip", _)) => Action::Roundtrip,
        other => unreachable!("clap accepted {other:?}"),
    };
    Invocation {
        device: matches.get_one::<PathBuf>("device").expect("it has a default").clone(),
        json: matches.get_flag("json"),
        action,
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn try_parse(arguments: &[&str]) -> Result<Invocation, clap::Error> {
        let arguments = [&["chardevctl"], arguments].concat();
        command().try_get_matches_from(arguments).map(|matches| interpret(&matches))
    }

    fn set(arguments: &[&str]) -> IoctlInfo {
        match try_parse(arguments).expect("is accepted").action {
            Action::Set(info) => info,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn size_is_the_length_of_the_text_unless_given() {
        assert_eq!(set(&["set", "héllo"]).size, 6);
        assert_eq!(set(&["set", "--size", "100", "hello"]).size, 100);
    }

    #[test]
    fn text_fills_the_buffer_and_no_more() {
        assert_eq!(set(&["set", &"x".repeat(BUF_SIZE)]).content(), [b'x'; BUF_SIZE]);

        let error = try_parse(&["set", &"x".repeat(BUF_SIZE + 1)]).expect_err("is refused");
        assert_eq!(error.kind(), ErrorKind::ValueValidation);
        assert!(error.to_string().contains("129 bytes long"), "{error}");
    }

    #[test]
    fn a_size_that_the_driver_must_refuse_reaches_it() {
        assert_eq!(set(&["set", "x", "--size", "18446744073709551615"]).size, u64::MAX);
    }

    #[test]
    fn options_may_stand_on_either_side_of_the_command() {
        let expected = Invocation { device: "/dev/chardev1".into(), json: true, action: Action::Get };
        assert_eq!(try_parse(&["--json", "--device", "/dev/chardev1", "get"]).expect("is accepted"), expected);
        assert_eq!(try_parse(&["get", "--json", "--device=/dev/chardev1"]).expect("is accepted"), expected);
    }

    #[test]
    fn text_that_looks_like_an_option_goes_after_two_dashes() {
        assert_eq!(set(&["set", "--", "--json"]).content(), b"--json");
    }
}
