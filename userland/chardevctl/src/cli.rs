// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line of `chardevctl`: what the program, its manual pages and its shell completions are made from.

use std::ffi::OsString;
use std::num::NonZeroU64;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::time::Duration;

use chardev_client::{statistics, BUF_SIZE, FILE_SIZE};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

const EXIT_STATUS: &str = "Exit status:
  0  done
  1  roundtrip got something else back, write had no room for all, or watch waited in vain
  2  the command line is wrong, or the text cannot be read or is too long
  3  the device could not be opened, or refused";

const ESCAPES: &str = r"Bytes that cannot be printed are shown as \xNN, a backslash as \\.";

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
    /// Store data in the device.
    Set {
        /// The bytes.
        input: Input,
        /// The size to store with them; their number if there is none.
        size: Option<u64>,
    },
    /// Show what is stored.
    Get,
    /// Show the buffer of a file that was just opened.
    Read {
        /// Where to begin.
        offset: u64,
        /// How many bytes to read at most.
        length: usize,
    },
    /// Write to the buffer of a file that was just opened, and show the buffer.
    Write {
        /// The bytes.
        input: Input,
        /// Where to begin.
        offset: u64,
    },
    /// Store a sample, get it back, compare.
    Roundtrip,
    /// Show the latest SETs.
    History,
    /// Show each SET as it comes.
    Watch {
        /// The number of the SET after which to begin; the latest if there is none.
        after: Option<u64>,
        /// How many to show; without end if there is none.
        count: Option<NonZeroU64>,
        /// How long to wait for each.
        timeout: Option<Duration>,
    },
    /// Show what each process does with the devices.
    Stats {
        /// The driver's file.
        file: PathBuf,
    },
    /// Measure.
    Bench(Extent),
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The command line.
    Text(Vec<u8>),
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// How much to measure.
#[derive(Debug, PartialEq, Eq)]
pub enum Extent {
    /// About as long as this in all.
    Time(Duration),
    /// So many operations of each kind.
    Operations(NonZeroU64),
}

/// Parses the program's arguments; prints help or a complaint and exits where they call for it.
pub fn parse() -> Invocation {
    interpret(&command().get_matches())
}

/// The definition of the command line.
pub fn command() -> Command {
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
            Command::new("set")
                .about("Store text in the device")
                .args(input(BUF_SIZE, "the device"))
                .arg(
                    Arg::new("size")
                        .long("size")
                        .value_name("BYTES")
                        .value_parser(value_parser!(u64))
                        .help("The size to store with it [default: the length of the text]"),
                )
                .after_help("With --json, what was stored is printed."),
            Command::new("get").about("Show what the device holds").after_help(format!(
                "The size that was set comes first, then the bytes, without the zero bytes at their end. {ESCAPES}"
            )),
            Command::new("read")
                .about("Show the buffer that a file of the device has when it is opened")
                .arg(offset())
                .arg(
                    Arg::new("length")
                        .long("length")
                        .value_name("BYTES")
                        .value_parser(value_parser!(u64))
                        .help("Read at most as many bytes [default: up to the end]"),
                )
                .after_help(ESCAPES),
            Command::new("write")
                .about("Write text to the buffer that an open file of the device has, and show it")
                .args(input(FILE_SIZE, "an open file"))
                .arg(offset())
                .after_help("The buffer is the open file's own, and gone when the command ends."),
            Command::new("roundtrip")
                .about("Store a sample, get it back, and compare")
                .after_help("What comes back is printed like `get` prints it; what was stored, on standard error."),
            Command::new("history")
                .about("Show what was set latest, by whom and when")
                .after_help(format!("Oldest first. The time is in seconds since 1970. {ESCAPES}")),
            Command::new("watch")
                .about("Show each change of the device as it comes, like `history`")
                .args([
                    Arg::new("after")
                        .long("after")
                        .value_name("SEQUENCE")
                        .value_parser(value_parser!(u64))
                        .help("Begin after the change with this number [default: the latest]"),
                    Arg::new("count")
                        .long("count")
                        .value_name("N")
                        .value_parser(value_parser!(NonZeroU64))
                        .help("End after N changes [default: never]"),
                    Arg::new("timeout")
                        .long("timeout")
                        .value_name("SECONDS")
                        .value_parser(seconds)
                        .help("Give up when nothing changes for so long [default: never]"),
                ])
                .after_help(
                    "Changes that come faster than they can be shown, so that the driver forgot them, are counted on \
                     standard error.",
                ),
            Command::new("stats")
                .about("Show the processes that have a device open, and what they did")
                .arg(
                    Arg::new("file")
                        .long("file")
                        .value_name("PATH")
                        .value_parser(value_parser!(PathBuf))
                        .default_value(statistics::PROCESSES)
                        .help("The driver's file in debugfs"),
                )
                .after_help("Files count for the process that opened them. For root only."),
            Command::new("bench")
                .about("Measure how long SET, GET and an ioctl that does nothing take")
                .args([
                    Arg::new("seconds")
                        .long("seconds")
                        .value_name("SECONDS")
                        .value_parser(seconds)
                        .default_value("3")
                        .help("How long to measure in all"),
                    Arg::new("operations")
                        .long("operations")
                        .value_name("N")
                        .value_parser(value_parser!(NonZeroU64))
                        .conflicts_with("seconds")
                        .help("Measure N of each kind, however long that takes"),
                ])
                .after_help(
                    "The three take turns. What is set is what the device held at the beginning. The ioctl that does \
                     nothing is a command that the driver does not have, _IO('G', 0), which it answers with ENOTTY. \
                     Times include reading the clock once.",
                ),
        ])
}

fn input(limit: usize, holder: &'static str) -> [Arg; 2] {
    [
        Arg::new("text")
            .value_name("TEXT")
            .required_unless_present("input-file")
            .value_parser(OsStringValueParser::new().try_map(move |text| input_of_text(text, limit, holder)))
            .help(format!("At most {limit} bytes; - takes them from standard input")),
        Arg::new("input-file")
            .long("file")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("text")
            .help("Take the text, any bytes, from FILE"),
    ]
}

fn input_of_text(text: OsString, limit: usize, holder: &str) -> Result<Input, String> {
    let text = text.into_vec();
    match text.len() {
        length if length > limit => Err(format!("it is {length} bytes long, and {holder} holds {limit}")),
        _ if text == b"-" => Ok(Input::Stdin),
        _ => Ok(Input::Text(text)),
    }
}

fn offset() -> Arg {
    Arg::new("offset")
        .long("offset")
        .value_name("BYTES")
        .value_parser(value_parser!(u64))
        .default_value("0")
        .help("The position at which to begin")
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number of seconds, such as 2 or 0.5")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn interpret(matches: &ArgMatches) -> Invocation {
    let (name, arguments) = matches.subcommand().expect("clap requires one");
    let action = match name {
        "set" => Action::Set { input: taken_input(arguments), size: arguments.get_one("size").copied() },
        "get" => Action::Get,
        "read" => Action::Read {
            offset: taken_offset(arguments),
            length: arguments.get_one::<u64>("length").map_or(usize::MAX, |&length| length as usize),
        },
        "write" => Action::Write { input: taken_input(arguments), offset: taken_offset(arguments) },
        "roundtrip" => Action::Roundtrip,
        "history" => Action::History,
        "watch" => Action::Watch {
            after: arguments.get_one("after").copied(),
            count: arguments.get_one("count").copied(),
            timeout: arguments.get_one("timeout").copied(),
        },
        "stats" => Action::Stats { file: arguments.get_one::<PathBuf>("file").expect("it has a default").clone() },
        "bench" => Action::Bench(match arguments.get_one("operations") {
            Some(&operations) => Extent::Operations(operations),
            None => Extent::Time(*arguments.get_one("seconds").expect("it has a default")),
        }),
        other => unreachable!("clap accepted {other}"),
    };
    Invocation {
        device: matches.get_one::<PathBuf>("device").expect("it has a default").clone(),
        json: matches.get_flag("json"),
        action,
    }
}

fn taken_input(arguments: &ArgMatches) -> Input {
    match arguments.get_one::<PathBuf>("input-file") {
        Some(path) => Input::File(path.clone()),
        None => arguments.get_one::<Input>("text").expect("clap requires one of them").clone(),
    }
}

fn taken_offset(arguments: &ArgMatches) -> u64 {
    *arguments.get_one("offset").expect("it has a default")
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn try_parse(arguments: &[&str]) -> Result<Invocation, clap::Error> {
        let arguments = [&["chardevctl"], arguments].concat();
        command().try_get_matches_from(arguments).map(|matches| interpret(&matches))
    }

    fn action(arguments: &[&str]) -> Action {
        try_parse(arguments).expect("is accepted").action
    }

    #[track_caller]
    fn refused(arguments: &[&str], kind: ErrorKind) -> String {
        let error = try_parse(arguments).expect_err("is refused");
        assert_eq!(error.kind(), kind, "{error}");
        error.to_string()
    }

    fn text(text: &str) -> Input {
        Input::Text(text.into())
    }

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn nothing_goes_without_an_explanation() {
        let mut command = command();
        command.build();
        for subcommand in command.get_subcommands() {
            assert!(subcommand.get_about().is_some(), "{}", subcommand.get_name());
            for argument in subcommand.get_arguments() {
                assert!(argument.get_help().is_some(), "{} of {}", argument.get_id(), subcommand.get_name());
            }
        }
    }

    #[test]
    fn size_is_left_to_the_text_unless_given() {
        assert_eq!(action(&["set", "héllo"]), Action::Set { input: text("héllo"), size: None });
        assert_eq!(action(&["set", "--size", "9", "x"]), Action::Set { input: text("x"), size: Some(9) });
    }

    #[test]
    fn text_fills_what_holds_it_and_no_more() {
        for (command, limit) in [("set", 128), ("write", 256)] {
            assert!(try_parse(&[command, &"x".repeat(limit)]).is_ok());
            let message = refused(&[command, &"x".repeat(limit + 1)], ErrorKind::ValueValidation);
            assert!(message.contains(&format!("{} bytes long", limit + 1)), "{message}");
            assert!(message.contains(&format!("holds {limit}")), "{message}");
        }
    }

    #[test]
    fn a_size_that_the_driver_must_refuse_reaches_it() {
        let expected = Action::Set { input: text("x"), size: Some(u64::MAX) };
        assert_eq!(action(&["set", "x", "--size", "18446744073709551615"]), expected);
    }

    #[test]
    fn options_may_stand_on_either_side_of_the_command() {
        let expected = || Invocation { device: "/dev/chardev1".into(), json: true, action: Action::Get };
        assert_eq!(try_parse(&["--json", "--device", "/dev/chardev1", "get"]).expect("is accepted"), expected());
        assert_eq!(try_parse(&["get", "--json", "--device=/dev/chardev1"]).expect("is accepted"), expected());
    }

    #[test]
    fn text_that_looks_like_an_option_goes_after_two_dashes() {
        assert_eq!(action(&["set", "--", "--json"]), Action::Set { input: text("--json"), size: None });
    }

    #[test]
    fn text_comes_from_one_place() {
        assert_eq!(action(&["write", "-"]), Action::Write { input: Input::Stdin, offset: 0 });
        assert_eq!(action(&["write", "--file", "f"]), Action::Write { input: Input::File("f".into()), offset: 0 });
        refused(&["set"], ErrorKind::MissingRequiredArgument);
        refused(&["set", "--file", "f", "text"], ErrorKind::ArgumentConflict);
    }

    #[test]
    fn seconds_may_have_a_fraction_and_must_make_sense() {
        assert_eq!(action(&["bench", "--seconds", "0.5"]), Action::Bench(Extent::Time(Duration::from_millis(500))));
        for wrong in ["-1", "NaN", "soon", "1e300"] {
            refused(&["bench", &format!("--seconds={wrong}")], ErrorKind::ValueValidation);
        }
    }

    #[test]
    fn bench_ends_by_time_or_by_number() {
        assert_eq!(action(&["bench"]), Action::Bench(Extent::Time(Duration::from_secs(3))));
        let operations = NonZeroU64::new(7).expect("is not 0");
        assert_eq!(action(&["bench", "--operations", "7"]), Action::Bench(Extent::Operations(operations)));
        refused(&["bench", "--operations", "7", "--seconds", "1"], ErrorKind::ArgumentConflict);
        refused(&["bench", "--operations", "0"], ErrorKind::ValueValidation);
    }
}
