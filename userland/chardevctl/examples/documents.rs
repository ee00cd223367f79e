// SPDX-License-Identifier: MIT OR Apache-2.0

//! Writes `chardevctl`'s manual pages and shell completions: `cargo run --example documents -- DIRECTORY`.
//!
//! They are laid out as in `/usr/share`, where the programs that use them look.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chardevctl_cli::command;
use clap::{value_parser, Arg, Command};
use clap_complete::Shell;
use clap_mangen::Man;

fn main() -> Result<(), Box<dyn Error>> {
    let matches = Command::new("documents")
        .about("Writes chardevctl's manual pages and shell completions")
        .arg(
            Arg::new("directory")
                .value_name("DIRECTORY")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Where to, as /usr/share"),
        )
        .get_matches();
    let directory: &PathBuf = matches.get_one("directory").expect("clap requires it");
    for (path, content) in manual()?.into_iter().chain(completions()) {
        write(&directory.join(path), &content)?;
    }
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    let parent = path.parent().expect("it is a file in a directory");
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, content))
        .map_err(|error| format!("cannot write {}: {error}; name a directory that can be written to", path.display()))
}

/// A page for the program, and one for each of its commands.
fn manual() -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut root = command().disable_help_subcommand(true);
    // Gives the commands their full names and the options that all have.
    root.build();
    root.get_subcommands().chain([&root]).map(page).collect()
}

fn page(command: &Command) -> io::Result<(PathBuf, Vec<u8>)> {
    let man = Man::new(command.clone()).source(concat!("chardevctl ", env!("CARGO_PKG_VERSION"))).manual("chardev");
    let mut content = Vec::new();
    man.render(&mut content)?;
    Ok((Path::new("man/man1").join(man.get_filename()), content))
}

fn completions() -> Vec<(PathBuf, Vec<u8>)> {
    let files = [
        (Shell::Bash, "bash-completion/completions/chardevctl"),
        (Shell::Zsh, "zsh/site-functions/_chardevctl"),
        (Shell::Fish, "fish/vendor_completions.d/chardevctl.fish"),
    ];
    files
        .map(|(shell, path)| {
            let mut content = Vec::new();
            clap_complete::generate(shell, &mut command(), "chardevctl", &mut content);
            (path.into(), content)
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subcommands() -> Vec<String> {
        command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
    }

    #[test]
    fn each_command_has_a_page_with_its_options() {
        let pages = manual().expect("is rendered");
        for name in subcommands() {
            let path = PathBuf::from(format!("man/man1/chardevctl-{name}.1"));
            let (_, content) = pages.iter().find(|(other, _)| *other == path).expect("has a page");
            let content = String::from_utf8_lossy(content);
            assert!(content.contains(r"\-\-json"), "{name}: {content}");
        }
        assert!(pages.iter().any(|(path, _)| path.ends_with("chardevctl.1")));
    }

    #[test]
    fn completions_know_each_command() {
        for (path, content) in completions() {
            let content = String::from_utf8_lossy(&content);
            for name in subcommands() {
                assert!(content.contains(&name), "{}: {name}", path.display());
            }
        }
    }
}
