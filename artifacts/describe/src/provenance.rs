// SPDX-License-Identifier: MIT OR Apache-2.0

//! An [in-toto statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) with
//! [SLSA provenance](https://slsa.dev/spec/v1.0/provenance): these files, built by this derivation, from these pins and sources.

use explained::Error;
use serde_json::{json, Value};

use crate::cli::Options;
use crate::inputs::Inputs;

/// What kind of build this was, and what its parameters mean: docs/build-type.md says it, for this name.
const BUILD_TYPE: &str = "urn:uuid:e44d4e96-56da-41da-b1ab-9141f64ef312#artifacts-v1";

/// Who built it, as far as the build can know: Nix's sandbox, by the same page. Whose it was is for a signature to say.
const BUILDER: &str = "urn:uuid:e44d4e96-56da-41da-b1ab-9141f64ef312#sandbox-v1";

/// The package with the Nix that the repository has pinned.
const NIX: &str = "nix-bin";

/// Writes down what the inputs say, and what was asked for.
pub fn statement(inputs: &Inputs, options: &Options) -> Result<Value, Error> {
    let subjects = inputs
        .artifacts
        .iter()
        .map(|artifact| json!({ "name": artifact.name, "digest": { "sha256": artifact.sha256 } }));
    let nix = inputs.lock.version(NIX, &options.architecture).ok_or_else(|| {
        Error::new(
            "say which Nix builds",
            format!("no pin is {NIX} for {}", options.architecture),
            "pin it in toolchain/pins.toml",
        )
    })?;
    let request = &options.request;
    Ok(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects.collect::<Vec<_>>(),
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": { "attribute": request.attribute, "system": request.system },
                "internalParameters": { "derivation": inputs.graph.root },
                "resolvedDependencies": dependencies(inputs)?,
            },
            "runDetails": { "builder": { "id": BUILDER, "version": { "nix": nix } } },
        },
    }))
}

/// Pins by their package URL, sources by their name.
fn dependencies(inputs: &Inputs) -> Result<Vec<Value>, Error> {
    let mut dependencies = Vec::new();
    for (_, download) in inputs.graph.downloads() {
        let (sha256, pin) = inputs.pin(download)?;
        dependencies.push(json!({
            "uri": pin.url(),
            "digest": { "sha256": sha256 },
            "downloadLocation": download.environment["url"],
        }));
    }
    dependencies.sort_by_key(|dependency| dependency["uri"].to_string());
    dependencies.extend(
        inputs.sources.iter().map(|source| json!({ "name": source.name, "digest": { "sha256": source.sha256 } })),
    );
    Ok(dependencies)
}
