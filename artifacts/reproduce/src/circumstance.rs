// SPDX-License-Identifier: MIT OR Apache-2.0

//! What must not matter to a build.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use explained::Error;

use crate::empty_store;
use crate::nix::Nix;
use crate::subject::{Output, Subject};

/// Nix's own is /build.
const BUILD_FOLDER: &str = "/another/folder/to/build/in";

/// One thing that is otherwise than in the first build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Circumstance {
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
        let derivation = &subject.derivation;
        let same = match self {
            Self::Later(_) => nix.check(derivation, |_| ())?,
            Self::Cores(cores) => nix.check(derivation, |command| {
                command.args(["--cores", &cores.to_string()]);
            })?,
            Self::BuildFolder => nix.check(derivation, |command| {
                command.args(["--option", "sandbox-build-dir", BUILD_FOLDER]);
            })?,
            Self::Locale => nix.check(derivation, |command| {
                command.envs([("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati"), ("HOME", "/nowhere")]);
            })?,
            Self::Nix(command) => return by_another(&Nix::new(command), nix, subject),
            Self::EmptyStore => return empty_store::rebuild(nix, subject),
        };
        outcome(same, nix, subject)
    }
}

fn by_another(another: &Nix, nix: &Nix, subject: &Subject) -> Result<Outcome, Error> {
    if let Some(installable) = &subject.installable {
        let derivation = another.derivation(installable)?;
        if derivation != subject.derivation {
            return Ok(Outcome::AnotherDerivation(derivation));
        }
    }
    outcome(another.check(&subject.derivation, |_| ())?, nix, subject)
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
