// SPDX-License-Identifier: MIT OR Apache-2.0

//! The statement of provenance against [in-toto's rules](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) and
//! [SLSA's](https://slsa.dev/spec/v1.0/provenance), and against the files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use artifact_tests::{list, sha256sums, statement, sums, text};
use serde_json::Value;

fn provenance() -> Value {
    statement("provenance.intoto.json")
}

fn digest(object: &Value) -> &str {
    text(&object["digest"], "sha256")
}

#[test]
fn the_types_are_those_of_the_specifications() {
    let provenance = provenance();
    assert_eq!(text(&provenance, "_type"), "https://in-toto.io/Statement/v1");
    assert_eq!(text(&provenance, "predicateType"), "https://slsa.dev/provenance/v1");
    let definition = &provenance["predicate"]["buildDefinition"];
    assert!(text(definition, "buildType").starts_with("https://"));
    assert!(text(&provenance["predicate"]["runDetails"]["builder"], "id").starts_with("https://"));
    assert!(definition["externalParameters"].is_object());
}

#[test]
fn subjects_have_the_digests_of_the_files() {
    let provenance = provenance();
    let subjects: BTreeMap<&str, &str> =
        list(&provenance, "subject").iter().map(|subject| (text(subject, "name"), digest(subject))).collect();
    let sums = sha256sums();
    let mut files = self::sums(&sums);
    // It cannot hold its own, and the other statement is no artifact.
    files.retain(|name, _| !name.ends_with(".json"));
    assert_eq!(subjects, files);
}

#[test]
fn dependencies_have_a_digest_and_a_name() {
    let provenance = provenance();
    for dependency in list(&provenance["predicate"]["buildDefinition"], "resolvedDependencies") {
        assert!(dependency["uri"].is_string() || dependency["name"].is_string(), "{dependency}");
        let digest = digest(dependency);
        assert!(digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()), "{dependency}");
    }
}

#[test]
fn the_pins_are_those_of_the_bill_of_materials() {
    let (provenance, bill) = (provenance(), statement("sbom.spdx.json"));
    let dependencies = list(&provenance["predicate"]["buildDefinition"], "resolvedDependencies").iter();
    let pins: BTreeMap<&str, &str> = dependencies.filter_map(|pin| Some((pin["uri"].as_str()?, digest(pin)))).collect();
    let packages = list(&bill, "packages").iter().filter(|package| package.get("externalRefs").is_some());
    let expected: BTreeMap<&str, &str> = packages
        .map(|package| {
            let url = text(&list(package, "externalRefs")[0], "referenceLocator");
            (url, text(&list(package, "checksums")[0], "checksumValue"))
        })
        .collect();
    assert_eq!(pins, expected);
}

#[test]
fn a_source_has_the_digest_of_the_repositorys_file() {
    let provenance = provenance();
    let dependencies = list(&provenance["predicate"]["buildDefinition"], "resolvedDependencies");
    for (name, file) in [("unpack.sh", "toolchain/unpack.sh"), ("driver/hello.rs", "driver/hello.rs")] {
        let source = dependencies.iter().find(|source| source["name"] == name);
        let source = source.unwrap_or_else(|| panic!("{name} is no dependency"));
        let path = Path::new("../..").join(file);
        let output = Command::new("sha256sum").arg(path).output().expect("start sha256sum");
        assert_eq!(String::from_utf8_lossy(&output.stdout).split(' ').next(), Some(digest(source)), "{file}");
    }
}
