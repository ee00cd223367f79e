// SPDX-License-Identifier: MIT OR Apache-2.0

//! Kbuild, as somebody at work runs it: again and again, with little changed.
//!
//! Each time, Kbuild first asks the compilers two dozen questions, which takes longer than to compile a small module. The answers
//! are in the environment of its second half, which does the work (`scripts/Makefile.build`), and they change with the kernel and
//! the compilers alone. So that environment is kept, and the second half run by itself.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::environment::Environment;

/// What the two halves take alike.
const ARGUMENTS: [&str; 4] = ["--silent", "--jobs", "ARCH=arm64", "LLVM=1"];

/// A build of modules.
pub struct Kbuild<'a> {
    /// What modules are built against.
    pub kernel: &'a Path,
    /// The modules' source.
    pub source: &'a Path,
    /// Where they are built, in a folder of its own for each kernel.
    pub folder: &'a Path,
    /// With make and the compilers.
    pub environment: &'a Environment,
}

impl Kbuild<'_> {
    /// Brings the modules up to date.
    pub fn run(&self) -> io::Result<Output> {
        if let Some(kept) = self.kept() {
            let output = self.second_half(&kept)?;
            if output.status.success() {
                return Ok(output);
            }
            // Whether it is the source that is wrong, or what was kept, the whole tells.
        }
        self.whole()
    }

    fn whole(&self) -> io::Result<Output> {
        let keep = format!("--eval=$(if $(filter .,$(obj)),$(shell env --null >{}))", self.being_made().display());
        let mut make = self.environment.command("make");
        make.arg("-C").arg(self.kernel).arg(keep).arg("modules");
        let output = self.complete(make).output()?;
        if output.status.success() {
            // Where there is none, each run is a whole one.
            let environment = fs::read(self.being_made()).unwrap_or_default();
            fs::write(self.file(), [&self.key()[..], &environment].concat())?;
        }
        Ok(output)
    }

    fn second_half(&self, kept: &[(OsString, OsString)]) -> io::Result<Output> {
        let build: [&[&str]; 2] =
            [&["Makefile.build", "obj=.", "need-builtin=1", "need-modorder=1"], &["Makefile.modpost"]];
        let mut output = None;
        for step in build {
            let mut make = Command::new("make");
            make.env_clear().envs(kept.iter().map(|(name, value)| (name, value))).current_dir(self.folder);
            // As the first half has it: without rules and variables of make's own.
            make.arg("-rR").arg("-f").arg(self.kernel.join("scripts").join(step[0])).args(&step[1..]);
            let ended = self.complete(make).output()?;
            let is_success = ended.status.success();
            output = Some(ended);
            if !is_success {
                break;
            }
        }
        Ok(output.expect("there are steps"))
    }

    fn complete(&self, mut make: Command) -> Command {
        make.args(ARGUMENTS).arg(assign("M=", self.source)).arg(assign("MO=", self.folder));
        // Nobody debugs what is built here, but reports name files and lines. The code is the same.
        let flags = assign("KRUSTFLAGS=-Cdebuginfo=line-tables-only -Cincremental=", &self.folder.join("incremental"));
        make.arg(flags);
        make
    }

    /// What the environment is of.
    fn key(&self) -> Vec<u8> {
        let path = self.environment.get("PATH").unwrap_or_default();
        [self.kernel.as_os_str().as_bytes(), b"\n", path.as_bytes(), b"\n"].concat()
    }

    /// The environment of the second half, if there was a whole run with that kernel and those compilers.
    fn kept(&self) -> Option<Vec<(OsString, OsString)>> {
        let content = fs::read(self.file()).ok()?;
        let variables = content.strip_prefix(&self.key()[..])?.split(|&byte| byte == 0);
        let variables: Vec<_> = variables.filter_map(variable).collect();
        (!variables.is_empty()).then_some(variables)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("environment")
    }

    fn being_made(&self) -> PathBuf {
        self.folder.join("environment.new")
    }
}

/// Of `NAME=VALUE`. Not those by which make tells another make of itself.
fn variable(text: &[u8]) -> Option<(OsString, OsString)> {
    let end = text.iter().position(|&byte| byte == b'=')?;
    let (name, value) = (&text[..end], &text[end + 1..]);
    let is_of_make = name.starts_with(b"MAKE") || name == b"MFLAGS";
    (!is_of_make).then(|| (OsString::from_vec(name.to_vec()), OsString::from_vec(value.to_vec())))
}

fn assign(variable: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(variable);
    argument.push(path);
    argument
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_kept_but_those_of_make() {
        let of = |text: &str| variable(text.as_bytes());
        assert_eq!(of("KBUILD_CFLAGS=-a=b -c"), Some(("KBUILD_CFLAGS".into(), "-a=b -c".into())));
        assert_eq!(of("EMPTY="), Some(("EMPTY".into(), "".into())));
        for text in ["MAKEFLAGS=s -- M=x", "MAKELEVEL=2", "MFLAGS=-s", "no variable", ""] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
