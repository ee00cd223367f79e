// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command line.

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{value_parser, Arg, ArgAction, ArgMatches, Command};

use crate::machine::{Disk, Memory};
use crate::module::Module;

const AFTER_HELP: &str = "\
Without a COMMAND: a shell. Standard input, output and error are the command's; on a terminal, the shell gets one too.

Exit status: the command's own, or
  123  the kernel reported a fault (oops, panic, warning, lockup, ...), whatever the command returned
  124  the time was up
  125  the machine could not be run, or ended before the command did
  126  the command cannot be executed
  127  the command was not found
  128+N  signal N ended the command, or vm itself

Examples:
  vm -- chardevctl roundtrip
  vm --share . -- sh /mnt/share/test.sh
  vm --module driver/chardev.ko,devices=4 -- ls /dev
  vm --state /var/tmp/states -- chardevctl roundtrip
  vm --gdb -- chardevctl set hello
  echo dmesg | vm";

/// How long a command may take, boot included, unless said otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The program and its arguments; none for a shell.
    pub command: Vec<OsString>,
    /// A host folder to show to the guest.
    pub share: Option<PathBuf>,
    /// The guest's memory.
    pub memory: Memory,
    /// The guest's processors.
    pub processors: NonZeroU16,
    /// Further kernel parameters.
    pub append: Vec<String>,
    /// Where the whole kernel log goes.
    pub kernel_log: Option<PathBuf>,
    /// When the machine is ended; `None` for never.
    pub timeout: Option<Duration>,
    /// Do not load the guest's own modules.
    pub no_module: bool,
    /// Modules of the host's to load.
    pub modules: Vec<Module>,
    /// Where saved states are; `None` to boot.
    pub state: Option<PathBuf>,
    /// Start the command before the machine is saved, which is once the command has written something.
    pub save_after_output: bool,
    /// End the machine when the command has ended, without powering it off.
    pub discard: bool,
    /// Folders with debug information of the kernel and its modules.
    pub symbols: Vec<PathBuf>,
    /// Show where the time went.
    pub timings: bool,
    /// The socket at which the machine waits for a debugger; `None` to go ahead.
    pub gdb: Option<PathBuf>,
    /// The parts that the machine is made of.
    pub parts: Parts,
}

/// Files that the installation provides.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    /// `qemu-system-aarch64`.
    pub qemu: PathBuf,
    /// Where QEMU finds its own files, if not where it was built to.
    pub qemu_data: Option<PathBuf>,
    /// An arm64 `Image`.
    pub kernel: PathBuf,
    /// A cpio archive with our init in it.
    pub initramfs: PathBuf,
    /// What to boot from in place of these two.
    pub disk: Option<Disk>,
}

/// Parses the program's arguments and environment.
///
/// # Errors
///
/// Also a request for help: the message to print.
pub fn parse() -> Result<Options, clap::Error> {
    command().try_get_matches().map(|mut matches| interpret(&mut matches))
}

fn command() -> Command {
    Command::new("vm")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Runs a command in a fresh aarch64 virtual machine with its modules loaded")
        .after_help(AFTER_HELP)
        .override_usage("vm [OPTIONS] [--] [COMMAND ARGS...]")
        // A wrapper gives some before the user does.
        .args_override_self(true)
        .args([
            Arg::new("command")
                .value_name("COMMAND")
                .num_args(0..)
                .trailing_var_arg(true)
                .value_parser(value_parser!(OsString))
                .help("Program to run in the guest, and its arguments"),
            Arg::new("share")
                .long("share")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Folder of the host that the guest sees at /mnt/share, and may change"),
            Arg::new("memory")
                .long("memory")
                .value_name("SIZE")
                .value_parser(value_parser!(Memory))
                .default_value("256M")
                .help("Memory of the guest, in MiB or with M or G"),
            Arg::new("smp")
                .long("smp")
                .value_name("N")
                .value_parser(value_parser!(NonZeroU16))
                .default_value("1")
                .help("Processors of the guest"),
            Arg::new("append")
                .long("append")
                .value_name("PARAMETERS")
                .action(ArgAction::Append)
                .help("Kernel parameters, after our own so that they count; may be repeated"),
            Arg::new("kernel-log")
                .long("kernel-log")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Write the kernel's whole log there; the boot takes a little longer"),
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .value_parser(timeout)
                .help("End the machine after that time; 0 for never [default: 60 for a command, 0 for a shell]"),
            Arg::new("no-module")
                .long("no-module")
                .action(ArgAction::SetTrue)
                .help("Do not load the module that the guest comes with"),
            Arg::new("module")
                .long("module")
                .value_name("FILE[,PARAMETER=VALUE...]")
                .action(ArgAction::Append)
                .value_parser(OsStringValueParser::new().try_map(Module::parse))
                .help("Load this .ko of the host, in place of the guest's of the same name; may be repeated"),
            Arg::new("state")
                .long("state")
                .value_name("DIR")
                .env("FERRITE_STATE")
                .value_parser(value_parser!(OsString))
                .help(
                    "Boot and load modules once, keep the machine there, and resume it for each run; created if missing, empty for none",
                ),
            Arg::new("save-after-output")
                .long("save-after-output")
                .action(ArgAction::SetTrue)
                .requires_all(["state", "command"])
                // The machine is saved without either.
                .conflicts_with_all(["module", "share"])
                .help(
                    "Start the command before the machine is kept, which is once it has written something, shown by no run; each run goes on with its own standard input",
                ),
            Arg::new("discard")
                .long("discard")
                .action(ArgAction::SetTrue)
                .help("End the machine at once when the command has ended, in place of powering it off"),
            Arg::new("symbols")
                .long("symbols")
                .value_name("DIR")
                .env("FERRITE_SYMBOLS")
                .value_delimiter(':')
                .action(ArgAction::Append)
                .value_parser(value_parser!(OsString))
                .help(
                    "Folders with vmlinux and .ko files that have debug information: stacks then show files and lines",
                ),
            Arg::new("timings")
                .long("timings")
                .action(ArgAction::SetTrue)
                .help("Show on standard error how long each phase took"),
            Arg::new("gdb")
                .long("gdb")
                .action(ArgAction::SetTrue)
                .conflicts_with("timeout")
                .help("Boot, and wait for a debugger before the first instruction; nothing is limited in time then"),
        ])
        .next_help_heading("Parts of the machine")
        .args([
            part("qemu", "FERRITE_QEMU", "QEMU for aarch64").default_value("qemu-system-aarch64"),
            part("qemu-data", "FERRITE_QEMU_DATA", "Folder of QEMU's own files"),
            part("kernel", "FERRITE_KERNEL", "Linux kernel for arm64: its Image").required(true),
            part("initramfs", "FERRITE_INITRAMFS", "Root file system of the guest: a cpio archive").required(true),
            // The kernel on it has its own parameters.
            part("disk", "FERRITE_DISK", "Image of a disk to boot from, in place of these two; it stays as it is")
                .requires("firmware")
                .conflicts_with("append"),
            part("firmware", "FERRITE_FIRMWARE", "UEFI firmware, which boots from the disk"),
            part("gdb-socket", "FERRITE_GDB_SOCKET", "UNIX socket that a debugger connects to, made for --gdb")
                .default_value("ferrite-gdb"),
        ])
}

fn part(name: &'static str, variable: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).env(variable).value_name("PATH").value_parser(value_parser!(PathBuf)).help(help)
}

/// Zero is no timeout.
fn timeout(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn interpret(matches: &mut ArgMatches) -> Options {
    let command: Vec<OsString> = matches.remove_many("command").into_iter().flatten().collect();
    let socket = matches.remove_one("gdb-socket").expect("it has a default");
    let gdb = matches.get_flag("gdb").then_some(socket);
    let is_limited = !command.is_empty() && gdb.is_none();
    let default_timeout = if is_limited { DEFAULT_TIMEOUT } else { Duration::ZERO };
    let timeout = matches.remove_one("timeout").unwrap_or(default_timeout);
    let disk = matches.remove_one("disk").zip(matches.remove_one("firmware"));
    let disk = disk.map(|(image, firmware)| Disk { image, firmware });
    Options {
        command,
        share: matches.remove_one("share"),
        memory: matches.remove_one("memory").expect("it has a default"),
        processors: matches.remove_one("smp").expect("it has a default"),
        append: matches.remove_many("append").into_iter().flatten().collect(),
        kernel_log: matches.remove_one("kernel-log"),
        timeout: (!timeout.is_zero()).then_some(timeout),
        no_module: matches.get_flag("no-module"),
        modules: matches.remove_many("module").into_iter().flatten().collect(),
        // What is debugged begins with the kernel's first instruction, and what boots from a disk with the firmware's.
        state: folders(matches, "state").pop().filter(|_| gdb.is_none() && disk.is_none()),
        save_after_output: matches.get_flag("save-after-output"),
        discard: matches.get_flag("discard"),
        symbols: folders(matches, "symbols"),
        timings: matches.get_flag("timings"),
        gdb,
        parts: Parts {
            qemu: matches.remove_one("qemu").expect("it has a default"),
            qemu_data: matches.remove_one("qemu-data"),
            kernel: matches.remove_one("kernel").expect("clap requires it"),
            initramfs: matches.remove_one("initramfs").expect("clap requires it"),
            disk,
        },
    }
}

/// An empty one is none: so an environment that names one can be overruled.
fn folders(matches: &mut ArgMatches, name: &str) -> Vec<PathBuf> {
    let folders = matches.remove_many(name).into_iter().flatten();
    folders.filter(|folder: &OsString| !folder.is_empty()).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        let parts = ["--kernel", "Image", "--initramfs", "initramfs.cpio"];
        let arguments = [&["vm"], &parts[..], arguments].concat();
        command().try_get_matches_from(arguments).map(|mut matches| interpret(&mut matches))
    }

    #[track_caller]
    fn accepted(arguments: &[&str]) -> Options {
        parse(arguments).expect("is accepted")
    }

    #[test]
    fn definitions_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn options_after_the_command_are_the_commands() {
        let options = accepted(&["--smp", "2", "ls", "--smp", "-l"]);
        assert_eq!(options.processors.get(), 2);
        assert_eq!(options.command, ["ls", "--smp", "-l"]);
    }

    #[test]
    fn two_dashes_are_not_part_of_the_command_but_later_ones_are() {
        assert_eq!(accepted(&["--", "--version"]).command, ["--version"]);
        assert_eq!(accepted(&["--", "sh", "--", "x"]).command, ["sh", "--", "x"]);
    }

    #[test]
    fn a_command_is_limited_in_time_and_a_shell_is_not() {
        assert_eq!(accepted(&[]).timeout, None);
        assert_eq!(accepted(&["true"]).timeout, Some(Duration::from_secs(60)));
        assert_eq!(accepted(&["--timeout", "0", "true"]).timeout, None);
        assert_eq!(accepted(&["--timeout", "1.5"]).timeout, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn a_senseless_timeout_is_refused() {
        for text in ["-1", "soon", "NaN", "1e300"] {
            assert!(parse(&[&format!("--timeout={text}")]).is_err(), "{text}");
        }
    }

    #[test]
    fn kernel_parameters_add_up() {
        assert_eq!(accepted(&["--append", "a b", "--append", "c=d"]).append, ["a b", "c=d"]);
    }

    #[test]
    fn of_options_that_do_not_add_up_the_last_one_counts() {
        let options =
            accepted(&["--smp", "2", "--no-module", "--timeout", "1", "--smp", "4", "--no-module", "--timeout=2"]);
        assert_eq!(options.processors.get(), 4);
        assert_eq!(options.timeout, Some(Duration::from_secs(2)));
    }

    #[test]
    fn modules_add_up() {
        let modules = accepted(&["--module", "a.ko", "--module=b.ko,x=1,y=2"]).modules;
        assert_eq!(modules.iter().map(|module| module.parameters.as_str()).collect::<Vec<_>>(), ["", "x=1 y=2"]);
        assert!(parse(&["--module", ""]).is_err());
    }

    #[test]
    fn an_empty_folder_is_none() {
        assert_eq!(accepted(&["--state=", "--symbols="]).state, None);
        assert_eq!(accepted(&["--state", "x"]).state, Some(PathBuf::from("x")));
        assert_eq!(accepted(&["--symbols", "a::b"]).symbols, ["a", "b"].map(PathBuf::from));
    }

    #[test]
    fn only_a_command_and_nothing_of_the_hosts_is_there_before_the_machine_is_saved() {
        assert!(accepted(&["--state=x", "--save-after-output", "cat"]).save_after_output);
        for others in
            [&["cat"][..], &["--state=x"], &["--state=x", "--share=.", "cat"], &["--state=x", "--module=a.ko", "cat"]]
        {
            assert!(parse(&[&["--save-after-output"], others].concat()).is_err(), "{others:?}");
        }
    }

    #[test]
    fn a_disk_takes_firmware_and_no_parameters_of_ours() {
        let options = accepted(&["--disk", "a", "--firmware", "b", "--state", "c"]);
        assert_eq!(options.parts.disk, Some(Disk { image: "a".into(), firmware: "b".into() }));
        assert_eq!(options.state, None);
        assert_eq!(accepted(&["--firmware", "b"]).parts.disk, None);
        assert!(parse(&["--disk", "a"]).is_err());
        assert!(parse(&["--disk", "a", "--firmware", "b", "--append", "c"]).is_err());
    }

    #[test]
    fn who_debugs_has_time_and_sees_the_boot() {
        let options = accepted(&["--gdb", "--gdb-socket=x", "--state=y", "true"]);
        assert_eq!((options.gdb, options.timeout, options.state), (Some(PathBuf::from("x")), None, None));
        assert!(parse(&["--gdb", "--timeout=60", "true"]).is_err());
        assert_eq!(accepted(&["--gdb-socket=x", "true"]).gdb, None);
    }

    #[test]
    fn no_processors_are_refused() {
        assert!(parse(&["--smp", "0"]).is_err());
    }
}
