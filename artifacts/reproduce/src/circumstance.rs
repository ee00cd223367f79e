// SPDX-License-Identifier: MIT OR Apache-2.0

//! What must not matter to a build.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use explained::Error;

use crate::empty_store;
use crate::nix::Nix;
use crate::subject::{Output, Subject};

/// Nix's own is /build.
const BUILD_FOLDER: &str = "/another/folder/to/build/in";

/// What is otherwise than in the first build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Circumstance {
    /// All that one build can have: so many processors, the folder, the locale, and another Nix if there is one.
    AllAtOnce(u32, Option<PathBuf>),
    /// Nothing but the time, by this much.
    Later(Duration),
    /// So many processors for one build.
    Cores(u32),
    /// The folder, as the build sees it.
    BuildFolder,
    /// Language, time zone and home of who asks for the build.
    Locale,
    /// Another Nix evaluates and builds it.
    Nix(PathBuf),
    /// Everything on the way there is built anew.
    EmptyStore,
}

/// How a build came out.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As before.
    Same,
    /// These outputs did not; the first build's are the first of each two.
    Different(Vec<(Output, Output)>),
    /// It is not even the same build.
    AnotherDerivation(String),
}

impl Circumstance {
    /// Builds it under that circumstance.
    pub fn rebuild(&self, nix: &Nix, subject: &Subject) -> Result<Outcome, Error> {
        let check = |vary: &dyn Fn(&mut Command)| outcome(nix.check(&subject.derivation, vary)?, nix, subject);
        match self {
            Self::AllAtOnce(cores, another) => {
                let vary = |command: &mut Command| {
                    with_cores(command, *cores);
                    in_another_folder(command);
                    with_another_locale(command);
                };
                match another {
                    Some(another) => by_another(another, nix, subject, &vary),
                    None => check(&vary),
                }
            }
            Self::Later(_) => check(&|_| ()),
            Self::Cores(cores) => check(&|command| with_cores(command, *cores)),
            Self::BuildFolder => check(&in_another_folder),
            Self::Locale => check(&with_another_locale),
            Self::Nix(another) => by_another(another, nix, subject, &|_| ()),
            Self::EmptyStore => empty_store::rebuild(nix, subject),
        }
    }
}

fn with_cores(command: &mut Command, cores: u32) {
    command.args(["--cores", &cores.to_string()]);
}

fn in_another_folder(command: &mut Command) {
    command.args(["--option", "sandbox-build-dir", BUILD_FOLDER]);
}

fn with_another_locale(command: &mut Command) {
    command.envs([("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nowhere")]);
}

fn by_another(another: &Path, nix: &Nix, subject: &Subject, vary: &dyn Fn(&mut Command)) -> Result<Outcome, Error> {
    let another = Nix::new(another);
    if let Some(installable) = &subject.installable {
        let derivation = another.derivation(installable)?;
        if derivation != subject.derivation {
            return Ok(Outcome::AnotherDerivation(derivation));
        }
    }
    outcome(another.check(&subject.derivation, vary)?, nix, subject)
}

/// Nix says that something differs, and keeps what does.
fn outcome(same: bool, nix: &Nix, subject: &Subject) -> Result<Outcome, Error> {
    if same {
        return Ok(Outcome::Same);
    }
    let mut different = Vec::new();
    for output in &subject.outputs {
        let path = format!("{}.check", output.path);
        if std::fs::symlink_metadata(&path).is_ok() {
            let hash = nix.hash(&path)?;
            different.push((output.clone(), Output { path, hash }));
        }
    }
    Ok(Outcome::Different(different))
}

impl fmt::Display for Circumstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::AllAtOnce(_, None) => "all at once".to_owned(),
            Self::AllAtOnce(_, Some(command)) => format!("all, by {}", command.display()),
            Self::Later(age) => format!("{} later", rounded(*age)),
            Self::Cores(1) => "1 core".to_owned(),
            Self::Cores(cores) => format!("{cores} cores"),
            Self::BuildFolder => "another folder".to_owned(),
            Self::Locale => "another locale".to_owned(),
            Self::Nix(command) => command.display().to_string(),
            Self::EmptyStore => "an empty store".to_owned(),
        };
        f.pad(&text)
    }
}

fn rounded(age: Duration) -> String {
    match age.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_say_what_they_are() {
        assert_eq!(Circumstance::Cores(1).to_string(), "1 core");
        assert_eq!(Circumstance::Cores(2).to_string(), "2 cores");
        assert_eq!(Circumstance::Later(Duration::from_secs(7300)).to_string(), "2 h later");
        assert_eq!(Circumstance::Later(Duration::from_secs(130)).to_string(), "2 min later");
    }
}
