// SPDX-License-Identifier: MIT OR Apache-2.0

//! An [in-toto statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) with
//! [SLSA provenance](https://slsa.dev/spec/v1.0/provenance): these files, built by this derivation, from these pins and sources.

use explained::Error;
use serde_json::{json, Value};

use crate::inputs::Inputs;

/// What kind of build this was, and what its parameters mean: Nix builds a derivation.
const BUILD_TYPE: &str = "https://nix.dev/manual/nix/2.26/language/derivations";

/// Who built it, as far as the build can know: Nix's sandbox. Whose it was is for a signature to say.
const BUILDER: &str = "https://nix.dev/manual/nix/2.26/command-ref/conf-file#conf-sandbox";

/// Writes down what the inputs say. `attribute` is the flake's, which gives the derivation.
pub fn statement(inputs: &Inputs, attribute: &str) -> Result<Value, Error> {
    let subjects = inputs
        .artifacts
        .iter()
        .map(|artifact| json!({ "name": artifact.name, "digest": { "sha256": artifact.sha256 } }));
    Ok(json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects.collect::<Vec<_>>(),
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": { "attribute": attribute },
                "internalParameters": { "derivation": inputs.graph.root },
                "resolvedDependencies": dependencies(inputs)?,
            },
            "runDetails": { "builder": { "id": BUILDER } },
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
