// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sizes and ratios commit by commit, in a file of the repository: comma-separated, a line for each commit that was recorded.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;

use crate::error::Error;
use crate::process;
use crate::repository::Repository;

/// Where it is in the repository.
const FILE: &str = "docs/bench-history.csv";

/// The columns before those of figures.
const COMMIT: &str = "commit";
const DATE: &str = "date";

/// What was recorded.
#[derive(Debug)]
pub struct History {
    file: PathBuf,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What is recorded of one commit.
pub struct Entry {
    /// The abbreviated hash, with a plus where files differ from that commit.
    pub commit: String,
    /// When the commit was made: `2026-11-22`
    pub date: String,
    /// Figures by the names of their columns.
    pub figures: Vec<(String, f64)>,
}

impl History {
    /// What the repository has; nothing if there is no such file yet.
    pub fn read(repository: &Repository) -> Result<Self, Error> {
        let file = repository.folder().join(FILE);
        let failed = |cause: &dyn std::fmt::Display| {
            Error::new(
                format!("read {}", file.display()),
                cause,
                "take the file from the last commit, or remove it to begin anew",
            )
        };
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.map_err(|error| failed(&error))?,
        };
        let (columns, rows) = parse(&text).map_err(|error| failed(&error))?;
        Ok(Self { file, columns, rows })
    }

    /// Adds a line, and a heading if it is the first one. A figure without a column is left out: a column is added by hand.
    pub fn append(&mut self, entry: &Entry) -> Result<(), Error> {
        let mut text = csv::Writer::from_writer(Vec::new());
        let is_new = self.columns.is_empty();
        if is_new {
            let figures = entry.figures.iter().map(|(name, _)| name.clone());
            self.columns = [COMMIT, DATE].into_iter().map(str::to_owned).chain(figures).collect();
        }
        let row: Vec<String> = self.columns.iter().map(|column| entry.cell(column)).collect();
        let written = if is_new { text.write_record(&self.columns) } else { Ok(()) }
            .and_then(|()| text.write_record(&row))
            .map_err(io::Error::from)
            .and_then(|()| text.into_inner().map_err(|error| io::Error::other(error.to_string())))
            .and_then(|bytes| {
                io::Write::write_all(&mut OpenOptions::new().create(true).append(true).open(&self.file)?, &bytes)
            });
        written.map_err(|cause| {
            Error::new(
                format!("add a line to {}", self.file.display()),
                cause,
                "see that the repository may be written to, or leave --record out",
            )
        })?;
        self.rows.push(row);
        Ok(())
    }

    /// None yet.
    #[cfg(test)]
    pub fn empty() -> Self {
        Self { file: PathBuf::new(), columns: Vec::new(), rows: Vec::new() }
    }

    /// The figures of a column, oldest first; where a commit has none, it is passed over.
    pub fn column(&self, name: &str) -> Vec<f64> {
        let Some(at) = self.columns.iter().position(|column| column == name) else { return Vec::new() };
        self.rows.iter().filter_map(|row| row.get(at)?.parse().ok()).collect()
    }

    /// The first commit and the last one; `None` without any.
    pub fn range(&self) -> Option<(&str, &str)> {
        Some((self.rows.first()?.first()?, self.rows.last()?.first()?))
    }
}

/// Columns and rows.
fn parse(text: &str) -> Result<(Vec<String>, Vec<Vec<String>>), csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers()?.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| Ok(row?.iter().map(str::to_owned).collect()));
    Ok((columns, rows.collect::<Result<_, csv::Error>>()?))
}

impl Entry {
    /// Of the commit that is checked out.
    pub fn new(repository: &Repository, figures: Vec<(String, f64)>) -> Result<Self, Error> {
        let changed = git(repository, &["status", "--porcelain", "--untracked-files=no"])?;
        let mark = if changed.is_empty() { "" } else { "+" };
        Ok(Self {
            commit: git(repository, &["rev-parse", "--short=12", "HEAD"])? + mark,
            date: git(repository, &["show", "--no-patch", "--format=%cs", "HEAD"])?,
            figures,
        })
    }

    fn cell(&self, column: &str) -> String {
        match column {
            COMMIT => self.commit.clone(),
            DATE => self.date.clone(),
            name => {
                self.figures.iter().find(|(other, _)| other == name).map_or(String::new(), |(_, value)| shown(*value))
            }
        }
    }
}

/// Sizes are whole, ratios have three places.
fn shown(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.3}")
    }
}

fn git(repository: &Repository, arguments: &[&str]) -> Result<String, Error> {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(repository.folder()).stderr(Stdio::piped());
    let ended = process::run(command, Signal::SIGTERM)?;
    if ended.status.success() {
        return Ok(ended.stdout.trim().to_owned());
    }
    Err(Error::new(
        "tell which commit is measured",
        format!("git ended with {}\n{}", ended.status, ended.stderr).trim_end(),
        "run bench in a clone of the repository, or leave --record out",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use temporary::Directory;

    fn entry(commit: &str, figures: &[(&str, f64)]) -> Entry {
        let figures = figures.iter().map(|&(name, value)| (name.to_owned(), value)).collect();
        Entry { commit: commit.to_owned(), date: "2026-11-22".to_owned(), figures }
    }

    /// A repository that only has what it takes to be one.
    fn repository(folder: &Directory) -> Repository {
        for part in ["nixw", "flake.nix"] {
            fs::write(folder.join(part), "").expect("write a file");
        }
        fs::create_dir_all(folder.join("docs")).expect("make a folder");
        Repository::open(folder.path()).expect("is one")
    }

    #[test]
    fn lines_are_added_under_one_heading() {
        let folder = Directory::new("bench").expect("make a temporary folder");
        let repository = repository(&folder);
        let mut history = History::read(&repository).expect("there is none yet");
        assert!(history.range().is_none() && history.column("Image").is_empty());
        history.append(&entry("a", &[("Image", 5.0), ("Rust, to C", 0.9941)])).expect("is written");
        history.append(&entry("b", &[("Image", 4.0)])).expect("is written");
        let text = fs::read_to_string(folder.join(FILE)).expect("was written");
        assert_eq!(text, "commit,date,Image,\"Rust, to C\"\na,2026-11-22,5,0.994\nb,2026-11-22,4,\n");

        let again = History::read(&repository).expect("can be read");
        for history in [history, again] {
            assert_eq!(history.column("Image"), [5.0, 4.0]);
            assert_eq!(history.column("Rust, to C"), [0.994]);
            assert_eq!(history.range(), Some(("a", "b")));
        }
    }

    #[test]
    fn a_broken_file_is_refused_by_name() {
        let folder = Directory::new("bench").expect("make a temporary folder");
        let repository = repository(&folder);
        fs::write(folder.join(FILE), "commit,date\na\n").expect("write a file");
        let error = History::read(&repository).expect_err("a cell is missing").to_string();
        assert!(error.contains(FILE) && error.contains("do this: "), "{error}");
    }
}
