// SPDX-License-Identifier: MIT OR Apache-2.0

//! The guest's test programs.

use std::env;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::environment::Environment;
use crate::{Error, Suite};

const DOING: &str = "build the tests for the guest";
const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What cargo says of each thing that it has built.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// The suite's programs in their order, brought up to date: those in `FERRITE_GUEST_TESTS`, or built from their source.
pub fn current(suite: &Suite, environment: &Environment) -> Result<Vec<PathBuf>, Error> {
    match environment.get("FERRITE_GUEST_TESTS") {
        Some(folder) => Ok(suite.programs.iter().map(|program| Path::new(folder).join(program)).collect()),
        None => build(suite, environment),
    }
}

/// How a program is compiled that is told its test (see the crate `told`): Rust's harness goes straight to one test only where a panic
/// aborts, and for tests cargo's option for that is not stable.
const ABORTING: [&str; 4] = ["-Z", "panic-abort-tests", "--config", "profile.dev.panic='abort'"];

/// Runs cargo, which knows what has changed.
fn build(suite: &Suite, environment: &Environment) -> Result<Vec<PathBuf>, Error> {
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let output = environment
        .command(cargo)
        .args(ABORTING)
        .args(["test", "--no-run", "--quiet", "--message-format", "json-render-diagnostics", "--target", TARGET])
        .args(["--package", suite.package])
        .args(suite.programs.iter().flat_map(|program| ["--test", program]))
        // Of its own: whoever runs this builds with another compiler, and may hold the lock of the usual one.
        .arg("--target-dir")
        .arg(suite.folder.join("cargo"))
        .current_dir(suite.workspace)
        .env("RUSTC_BOOTSTRAP", "1")
        // Flags for the host, which would replace the guest's.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .map_err(|error| Error::new(DOING, format!("cargo: {error}"), "install cargo"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(DOING, complaint.trim_end(), "correct what cargo complains about"));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    suite.programs.iter().map(|program| executable(&messages, program)).collect()
}

fn executable(messages: &str, program: &str) -> Result<PathBuf, Error> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let of_program = |message: &Message| message.target.as_ref().is_some_and(|target| target.name == program);
    messages
        .filter(of_program)
        .find_map(|message| message.executable)
        .ok_or_else(|| Error::new(DOING, format!("cargo built no {program}"), "make it a test target of the package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_executable_of_its_target() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"guest"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/target/other-1"}
{"reason":"compiler-artifact","target":{"name":"guest"},"executable":"/target/guest-1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "guest").expect("is there"), Path::new("/target/guest-1"));
        assert!(executable(messages, "missing").is_err());
    }
}
