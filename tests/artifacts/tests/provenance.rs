// SPDX-License-Identifier: MIT OR Apache-2.0

//! The statement of provenance against [in-toto's rules](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md) and
//! [SLSA's](https://slsa.dev/spec/v1.0/provenance), and against the files.

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::process::Command;

use artifact_tests::{list, repository, sha256sums, statement, sums, text};
use serde_json::{json, Value};

fn provenance() -> Value {
    statement("provenance.intoto.json")
}

fn digest(object: &Value) -> &str {
    text(&object["digest"], "sha256")
}

fn definition(provenance: &Value) -> &Value {
    &provenance["predicate"]["buildDefinition"]
}

fn builder(provenance: &Value) -> &Value {
    &provenance["predicate"]["runDetails"]["builder"]
}

/// The names of an object's fields.
fn fields(object: &Value) -> Vec<&str> {
    object.as_object().expect("is an object").keys().map(String::as_str).collect()
}

#[test]
fn the_types_are_those_of_the_specifications() {
    let provenance = provenance();
    assert_eq!(text(&provenance, "_type"), "https://in-toto.io/Statement/v1");
    assert_eq!(text(&provenance, "predicateType"), "https://slsa.dev/provenance/v1");
}

/// Each is a URI whose end names a section of the page, version included.
#[test]
fn build_type_and_builder_are_explained_on_a_page() {
    let provenance = provenance();
    let page = repository("docs/build-type.md");
    for uri in [text(definition(&provenance), "buildType"), text(builder(&provenance), "id")] {
        let (name, section) = uri.split_once('#').expect("names a section");
        assert!(name.starts_with("urn:uuid:"), "{uri}");
        assert!(section.rsplit_once("-v").is_some_and(|(_, version)| version.parse::<u32>().is_ok()), "{uri}");
        assert!(page.contains(&format!("| `{uri}` |")), "{uri} is not on the page");
        assert!(page.lines().any(|line| line == format!("## {section}")), "the page has no section {section}");
    }
}

/// Who reads a parameter finds what it means, and its example is like that.
#[test]
fn every_parameter_is_explained_on_that_page() {
    let provenance = provenance();
    let page = repository("docs/build-type.md");
    let example = page.split_once("```json\n").and_then(|(_, rest)| rest.split_once("```")).expect("has an example").0;
    let example: Value = serde_json::from_str(example).expect("the example is JSON");
    for parameters in ["externalParameters", "internalParameters"] {
        let names = fields(&definition(&provenance)[parameters]);
        assert_eq!(names, fields(&definition(&example)[parameters]), "{parameters} of the example");
        for name in names {
            assert!(page.contains(&format!("| `{parameters}.{name}` |")), "{parameters}.{name} is not on the page");
        }
    }
    // What they say depends on the machine that builds, and on the pins.
    assert_eq!(definition(&provenance)["buildType"], definition(&example)["buildType"]);
    assert_eq!(builder(&provenance)["id"], builder(&example)["id"]);
    assert_eq!(fields(&builder(&provenance)["version"]), fields(&builder(&example)["version"]));
}

#[test]
fn the_parameters_are_what_a_user_asked_for() {
    let provenance = provenance();
    let external = &definition(&provenance)["externalParameters"];
    assert_eq!(fields(external), ["attribute", "system"]);
    assert_eq!(text(external, "attribute"), "artifacts");
    assert_eq!(
        text(external, "system"),
        env::var("FERRITE_SYSTEM").expect("FERRITE_SYSTEM has the host's, by Nix's name")
    );
    let derivation = text(&definition(&provenance)["internalParameters"], "derivation");
    assert!(derivation.starts_with("/nix/store/") && derivation.ends_with(".drv"), "{derivation}");
}

#[test]
fn the_builder_has_the_version_of_the_pinned_nix() {
    let architecture = env::var("FERRITE_ARCHITECTURE").expect("FERRITE_ARCHITECTURE has Debian's name of the host's");
    let provenance = provenance();
    let builder = builder(&provenance);
    assert_eq!(fields(builder), ["id", "version"]);
    let lock = repository("toolchain/pins.lock");
    let pin = format!("nix-bin:{architecture} ");
    let version = lock.lines().find_map(|line| line.strip_prefix(&pin)?.split(' ').next()).expect("is pinned");
    assert_eq!(builder["version"], json!({ "nix": version }));
}

/// One would make another build of each commit.
#[test]
fn no_dependency_is_a_commit() {
    let provenance = provenance();
    for dependency in list(definition(&provenance), "resolvedDependencies") {
        assert_eq!(fields(&dependency["digest"]), ["sha256"], "{dependency}");
    }
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
    for dependency in list(definition(&provenance), "resolvedDependencies") {
        assert!(dependency["uri"].is_string() || dependency["name"].is_string(), "{dependency}");
        let digest = digest(dependency);
        assert!(digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()), "{dependency}");
    }
}

#[test]
fn the_pins_are_those_of_the_bill_of_materials() {
    let (provenance, bill) = (provenance(), statement("sbom.spdx.json"));
    let dependencies = list(definition(&provenance), "resolvedDependencies").iter();
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
    let dependencies = list(definition(&provenance), "resolvedDependencies");
    for (name, file) in [("unpack.sh", "toolchain/unpack.sh"), ("driver/hello.rs", "driver/hello.rs")] {
        let source = dependencies.iter().find(|source| source["name"] == name);
        let source = source.unwrap_or_else(|| panic!("{name} is no dependency"));
        let path = Path::new("../..").join(file);
        let output = Command::new("sha256sum").arg(path).output().expect("start sha256sum");
        assert_eq!(String::from_utf8_lossy(&output.stdout).split(' ').next(), Some(digest(source)), "{file}");
    }
}
