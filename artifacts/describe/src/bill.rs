// SPDX-License-Identifier: MIT OR Apache-2.0

//! The bill of materials: every pinned package that went in, every derivation between it and the files, and what is from what.

use explained::Error;
use licences::Licences;

use crate::derivation::Derivation;
use crate::document::{
    reference, Checksum, CreationInfo, Document, ExternalReference, ExtractedLicence, File, Package, Relationship,
    VerificationCode, NO_ASSERTION,
};
use crate::graph::{Graph, Role};
use crate::inputs::{Artifact, Inputs};
use crate::lock::Pin;

const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// What the store calls the folders that the programs and the modules are compiled from. All have one version.
const OUR_SOURCES: [&str; 2] = ["workspace", "driver"];

/// Writes down what the inputs say.
pub fn document(inputs: &Inputs) -> Result<Document, Error> {
    let Inputs { graph, licences, artifacts, .. } = inputs;
    let pins = graph.downloads().map(|(_, download)| pinned(download, inputs)).collect::<Result<Vec<_>, _>>()?;
    let builds = graph.builds().map(|(path, build)| built(path, build, inputs)).collect::<Result<Vec<_>, _>>()?;
    let mut relationships = relationships(inputs)?;
    relationships.sort();
    Ok(Document {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name: "ferrite".to_owned(),
        document_namespace: format!("https://spdx.org/spdxdocs/ferrite-{}", store_hash(&graph.root)),
        creation_info: CreationInfo {
            // The pins' time: that of the build would make each build another.
            created: inputs.time()?,
            creators: vec![format!("Tool: ferrite-describe-{}", env!("CARGO_PKG_VERSION"))],
            license_list_version: inputs.licence_list_version(),
        },
        has_extracted_licensing_infos: extracted(licences, &pins),
        packages: builds.into_iter().chain(pins).collect(),
        files: artifacts.iter().map(file).collect(),
        relationships,
    })
}

fn pinned(download: &Derivation, inputs: &Inputs) -> Result<Package, Error> {
    let (sha256, pin) = inputs.pin(download)?;
    let licence = inputs.licences.packages.get(&pin.name);
    Ok(Package {
        id: pin_reference(pin),
        name: pin.name.clone(),
        version_info: Some(pin.version.clone()),
        supplier: Some("Organization: Debian"),
        download_location: download.environment["url"].clone(),
        files_analyzed: false,
        package_verification_code: None,
        checksums: vec![Checksum { algorithm: "SHA256", checksum_value: sha256.to_owned() }],
        source_info: licence.map(|licence| format!("SHA-256 of the copyright file: {}", licence.sha256)),
        license_concluded: NO_ASSERTION,
        license_declared: licence.map_or(NO_ASSERTION, |licence| &licence.expression).to_owned(),
        copyright_text: NO_ASSERTION,
        external_refs: vec![ExternalReference {
            reference_category: "PACKAGE-MANAGER",
            reference_type: "purl",
            reference_locator: pin.url(),
        }],
    })
}

fn built(path: &str, derivation: &Derivation, inputs: &Inputs) -> Result<Package, Error> {
    let has_files = path == inputs.graph.root;
    let sources: Vec<&str> = derivation.sources.iter().map(|source| crate::graph::name(source)).collect();
    Ok(Package {
        id: build_reference(path),
        name: derivation.name().to_owned(),
        version_info: version(path, derivation, inputs)?,
        supplier: None,
        download_location: NO_ASSERTION.to_owned(),
        files_analyzed: has_files,
        package_verification_code: has_files
            .then(|| VerificationCode { package_verification_code_value: inputs.verification_code.clone() }),
        checksums: Vec::new(),
        source_info: (!sources.is_empty()).then(|| format!("from this repository: {}", sources.join(", "))),
        license_concluded: NO_ASSERTION,
        license_declared: NO_ASSERTION.to_owned(),
        copyright_text: NO_ASSERTION,
        external_refs: Vec::new(),
    })
}

/// That of the one package that it is made of, or of the one among them that it is named after; this repository's, of what that
/// holds the source of. What many are put together in has none.
fn version(path: &str, derivation: &Derivation, inputs: &Inputs) -> Result<Option<String>, Error> {
    let Inputs { graph, lock, .. } = inputs;
    let materials = derivation.inputs.iter().filter(|input| graph.role(input, derivation, lock) == Role::Material);
    let materials: Vec<&Derivation> = materials.map(|input| &graph.derivations[input]).collect();
    let pins = materials.iter().filter(|material| material.fixed().is_some());
    let pins = pins.map(|download| Ok(inputs.pin(download)?.1)).collect::<Result<Vec<&Pin>, Error>>()?;
    let pin = match pins[..] {
        [pin] if materials.len() == 1 => Some(pin),
        _ => pins.into_iter().find(|pin| pin.name == derivation.name()),
    };
    let is_ours =
        path == graph.root || derivation.sources.iter().any(|source| OUR_SOURCES.contains(&crate::graph::name(source)));
    let ours = is_ours.then(|| env!("CARGO_PKG_VERSION").to_owned());
    Ok(pin.map(|pin| pin.version.clone()).or(ours))
}

fn file(artifact: &Artifact) -> File {
    File {
        id: file_reference(&artifact.name),
        file_name: format!("./{}", artifact.name),
        checksums: vec![
            Checksum { algorithm: "SHA1", checksum_value: artifact.sha1.clone() },
            Checksum { algorithm: "SHA256", checksum_value: artifact.sha256.clone() },
        ],
        license_concluded: NO_ASSERTION,
        license_info_in_files: vec![NO_ASSERTION],
        copyright_text: NO_ASSERTION,
    }
}

/// Of the licences that some package names.
fn extracted(licences: &Licences, packages: &[Package]) -> Vec<ExtractedLicence> {
    let is_named = |reference: &str| {
        packages.iter().any(|package| package.license_declared.split([' ', '(', ')']).any(|word| word == reference))
    };
    let texts = licences.texts.iter().filter(|(reference, _)| is_named(reference));
    texts
        .map(|(reference, text)| ExtractedLicence {
            license_id: reference.clone(),
            name: text.name.clone(),
            extracted_text: text.text.clone(),
        })
        .collect()
}

fn relationships(inputs: &Inputs) -> Result<Vec<Relationship>, Error> {
    let Inputs { graph, artifacts, .. } = inputs;
    let root = build_reference(&graph.root);
    let mut relationships = vec![relationship(DOCUMENT, "DESCRIBES", &root)];
    for artifact in artifacts {
        let file = file_reference(&artifact.name);
        relationships.push(relationship(&root, "CONTAINS", &file));
        relationships.push(relationship(&file, "GENERATED_FROM", &build_reference(&artifact.origin)));
    }
    for (path, build) in graph.builds() {
        for input in &build.inputs {
            let (build_id, input_id) = (build_reference(path), element(input, graph, inputs)?);
            relationships.push(match graph.role(input, build, &inputs.lock) {
                Role::Material => relationship(&build_id, "GENERATED_FROM", &input_id),
                Role::Tool => relationship(&input_id, "BUILD_TOOL_OF", &build_id),
            });
        }
    }
    Ok(relationships)
}

fn relationship(element: &str, relationship_type: &'static str, related: &str) -> Relationship {
    Relationship { spdx_element_id: element.to_owned(), relationship_type, related_spdx_element: related.to_owned() }
}

fn element(path: &str, graph: &Graph, inputs: &Inputs) -> Result<String, Error> {
    let derivation = &graph.derivations[path];
    match derivation.fixed() {
        Some(_) => inputs.pin(derivation).map(|(_, pin)| pin_reference(pin)),
        None => Ok(build_reference(path)),
    }
}

fn pin_reference(pin: &Pin) -> String {
    reference(&format!("deb-{}-{}", pin.name.replace('+', "plus"), pin.architecture))
}

/// Different derivations may have the same name.
fn build_reference(path: &str) -> String {
    reference(&format!("build-{}-{}", crate::graph::name(path).trim_end_matches(".drv"), store_hash(path)))
}

fn file_reference(name: &str) -> String {
    reference(&format!("file-{name}"))
}

/// Of "/nix/store/HASH-NAME".
fn store_hash(path: &str) -> &str {
    path.rsplit('/').next().and_then(|file| file.split('-').next()).unwrap_or(path)
}
