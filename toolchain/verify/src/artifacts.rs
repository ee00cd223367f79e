// SPDX-License-Identifier: MIT OR Apache-2.0

//! What was built: that nothing but pins came into it from outside, and that nobody changed it since.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pins::Error;
use serde::Deserialize;

use crate::findings::Findings;

/// A derivation, as `nix derivation show` prints it.
#[derive(Deserialize)]
struct Derivation {
    outputs: BTreeMap<String, DerivationOutput>,
}

#[derive(Deserialize)]
struct DerivationOutput {
    path: Option<String>,
    /// Where the content is known beforehand: such a build has the network.
    hash: Option<String>,
}

/// An artifact, by what builds it.
struct Artifact<'a> {
    name: &'a str,
    output: &'a str,
    derivation: &'a str,
}

/// Checks the artifacts of a list, `pins` being the store paths of all that is pinned.
pub fn check(list: &Path, pins: &BTreeSet<String>, findings: &mut Findings) -> Result<(), Error> {
    let failed = |cause: String| {
        Error::new(format!("read the list {}", list.display()), cause, "start this with `nix run .#verify`")
    };
    let text = fs::read_to_string(list).map_err(|cause| failed(cause.to_string()))?;
    let artifact = |line| match Vec::from_iter(str::split(line, ' '))[..] {
        [name, output, derivation] => Ok(Artifact { name, output, derivation }),
        _ => Err(failed(format!("the line `{line}` has not three fields"))),
    };
    let artifacts = text.lines().map(artifact).collect::<Result<Vec<_>, _>>()?;
    check_inputs(&artifacts, pins, findings)?;
    check_content(&artifacts, findings)
}

/// Nothing that a build may fetch is anything but a pin.
fn check_inputs(artifacts: &[Artifact], pins: &BTreeSet<String>, findings: &mut Findings) -> Result<(), Error> {
    let derivations = artifacts.iter().map(|artifact| artifact.derivation);
    let mut command = Command::new("nix");
    command.args(["--extra-experimental-features", "nix-command", "derivation", "show", "--recursive"]);
    let output = succeed(command.args(derivations), "ask Nix what the artifacts are built from")?;
    let derivations: BTreeMap<String, Derivation> = serde_json::from_slice(&output.stdout).map_err(|cause| {
        Error::new("understand what Nix says of derivations", cause, "use the pinned Nix: start this with ./nixw")
    })?;
    let mut fetched = 0;
    for (name, derivation) in &derivations {
        for output in derivation.outputs.values().filter(|output| output.hash.is_some()) {
            fetched += 1;
            if !output.path.as_ref().is_some_and(|path| pins.contains(path)) {
                findings.wrong(Error::new(
                    "trust what is built",
                    format!("{name} brings in something that is no pin"),
                    "take it out of the flake, or pin it in toolchain/pins.toml",
                ));
            }
        }
    }
    let names: Vec<&str> = artifacts.iter().map(|artifact| artifact.name).collect();
    let builds = derivations.len() - fetched;
    findings.holds("inputs", &format!("{}: {builds} builds, which take {fetched} pins from outside", names.join(" ")));
    Ok(())
}

/// What was built here has the content that Nix noted down then, and so has all that it needs.
fn check_content(artifacts: &[Artifact], findings: &mut Findings) -> Result<(), Error> {
    let (built, absent): (Vec<_>, Vec<_>) = artifacts.iter().partition(|artifact| Path::new(artifact.output).exists());
    if let [first, ..] = absent[..] {
        let names: Vec<&str> = absent.iter().map(|artifact| artifact.name).collect();
        findings.holds("not built", &format!("{}: ./nixw build .#{}", names.join(" "), first.name));
    }
    if built.is_empty() {
        return Ok(());
    }
    let mut command = Command::new("nix-store");
    command.args(["--query", "--requisites"]).args(built.iter().map(|artifact| artifact.output));
    let output = succeed(&mut command, "ask Nix what the artifacts need")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let closure: Vec<&str> = text.lines().collect();
    let output = run(Command::new("nix-store").arg("--verify-path").args(&closure), "hash what was built")?;
    if !output.status.success() {
        findings.wrong(Error::new(
            "trust what was built here",
            String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; "),
            "build it again: nix-store --delete the path, or nix build --repair",
        ));
    }
    let names: Vec<&str> = built.iter().map(|artifact| artifact.name).collect();
    findings.holds("content", &format!("{}: {} store paths hashed", names.join(" "), closure.len()));
    Ok(())
}

fn succeed(command: &mut Command, doing: &str) -> Result<Output, Error> {
    let output = run(command, doing)?;
    if output.status.success() {
        return Ok(output);
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
    Err(Error::new(doing, complaint, "start this with `nix run .#verify`"))
}

fn run(command: &mut Command, doing: &str) -> Result<Output, Error> {
    command.output().map_err(|cause| {
        let program = command.get_program().to_string_lossy().into_owned();
        Error::new(doing, format!("{program} does not start: {cause}"), "start this with `nix run .#verify`")
    })
}
