// SPDX-License-Identifier: MIT OR Apache-2.0

//! The bill of materials against the [rules of SPDX 2.3](https://spdx.github.io/spdx-spec/v2.3/) for JSON, and against pins.lock.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use artifact_tests::{files, list, repository, sha256sums, statement, sums, text};
use serde_json::Value;

fn bill() -> Value {
    statement("sbom.spdx.json")
}

/// All elements with an identifier, the document's own besides.
fn elements(bill: &Value) -> BTreeMap<&str, &Value> {
    let elements = list(bill, "packages").iter().chain(list(bill, "files"));
    elements.map(|element| (text(element, "SPDXID"), element)).collect()
}

/// The pinned ones, by "name:architecture": version and SHA-256.
fn pinned(bill: &Value) -> BTreeMap<String, (String, String)> {
    let packages = list(bill, "packages").iter().filter(|package| package.get("externalRefs").is_some());
    let entry = |package: &Value| {
        let url = text(&list(package, "externalRefs")[0], "referenceLocator").to_owned();
        let architecture = url.split_once("?arch=").expect("the package URL names one").1;
        let name = format!("{}:{architecture}", text(package, "name"));
        let checksum = &list(package, "checksums")[0];
        assert_eq!(text(checksum, "algorithm"), "SHA256");
        (name, (text(package, "versionInfo").to_owned(), text(checksum, "checksumValue").to_owned()))
    };
    packages.map(entry).collect()
}

#[test]
fn the_document_is_spdx_2_3() {
    let bill = bill();
    assert_eq!(text(&bill, "spdxVersion"), "SPDX-2.3");
    assert_eq!(text(&bill, "dataLicense"), "CC0-1.0");
    assert_eq!(text(&bill, "SPDXID"), "SPDXRef-DOCUMENT");
    assert!(!text(&bill, "name").is_empty());
    let namespace = text(&bill, "documentNamespace");
    assert!(namespace.contains("://") && !namespace.contains('#'), "{namespace}");
    let created = text(&bill["creationInfo"], "created");
    let shape: String = created.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00Z");
    let creators = list(&bill["creationInfo"], "creators");
    let kinds = ["Tool: ", "Person: ", "Organization: "];
    let is_creator =
        |creator: &Value| kinds.iter().any(|kind| creator.as_str().is_some_and(|name| name.starts_with(kind)));
    assert!(!creators.is_empty() && creators.iter().all(is_creator), "{creators:?}");
    let list = text(&bill["creationInfo"], "licenseListVersion").split_once('.').expect("two numbers");
    assert!(list.0.parse::<u32>().is_ok() && list.1.parse::<u32>().is_ok(), "{list:?}");
}

/// SPDX takes files in no package that says that its files were not looked at.
#[test]
fn the_files_are_in_a_package_that_lists_them() {
    let bill = bill();
    let contained = list(&bill, "relationships").iter().filter(|line| line["relationshipType"] == "CONTAINS");
    let packages: BTreeSet<&str> = contained.map(|line| text(line, "spdxElementId")).collect();
    let listing = list(&bill, "packages").iter().filter(|package| package["filesAnalyzed"] == true);
    let listing: Vec<&Value> = listing.collect();
    assert!(listing.len() == 1 && packages == BTreeSet::from([text(listing[0], "SPDXID")]), "{packages:?}");
    let mut sums: Vec<&str> = list(&bill, "files").iter().map(sha1).collect();
    sums.sort_unstable();
    let mut sha1sum = Command::new("sha1sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("start it");
    let input = sha1sum.stdin.take().expect("it is piped");
    { input }.write_all(sums.concat().as_bytes()).expect("write to it");
    let output = sha1sum.wait_with_output().expect("wait for it").stdout;
    let code = text(&listing[0]["packageVerificationCode"], "packageVerificationCodeValue");
    assert_eq!(String::from_utf8_lossy(&output).split(' ').next(), Some(code));
}

fn sha1(file: &Value) -> &str {
    let checksum = list(file, "checksums").iter().find(|checksum| checksum["algorithm"] == "SHA1");
    text(checksum.expect("SPDX asks for it"), "checksumValue")
}

#[test]
fn packages_have_what_is_required() {
    for package in list(&bill(), "packages") {
        for field in ["SPDXID", "name", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"] {
            assert!(!text(package, field).is_empty(), "{field}: {package}");
        }
        assert_eq!(
            package["filesAnalyzed"] == true,
            package.get("packageVerificationCode").is_some(),
            "the one asks for the other: {package}"
        );
    }
}

#[test]
fn files_have_the_hashes_of_the_files() {
    let bill = bill();
    let sums = sha256sums();
    let sums = self::sums(&sums);
    let mut named = BTreeSet::new();
    for file in list(&bill, "files") {
        let name = text(file, "fileName").strip_prefix("./").expect("names are relative");
        let checksums = list(file, "checksums");
        let of = |algorithm: &str| {
            let checksum = checksums.iter().find(|checksum| text(checksum, "algorithm") == algorithm);
            text(checksum.unwrap_or_else(|| panic!("{name} has no {algorithm}")), "checksumValue").to_owned()
        };
        assert_eq!(of("SHA256"), sums[name], "{name}");
        assert_eq!(of("SHA1").len(), 40, "{name}");
        named.insert(name.to_owned());
    }
    let statements = ["SHA256SUMS", "provenance.intoto.json", "sbom.spdx.json"].map(str::to_owned);
    assert_eq!(named, &files() - &statements.into());
}

#[test]
fn identifiers_are_unique_and_well_formed() {
    let bill = bill();
    let elements = elements(&bill);
    assert_eq!(elements.len(), list(&bill, "packages").len() + list(&bill, "files").len());
    for id in elements.into_keys() {
        let name = id.strip_prefix("SPDXRef-").unwrap_or_default();
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        assert!(!name.is_empty() && name.chars().all(is_allowed), "{id}");
    }
}

#[test]
fn relationships_are_between_what_is_there() {
    let bill = bill();
    let elements = elements(&bill);
    let is_there = |id: &str| id == "SPDXRef-DOCUMENT" || elements.contains_key(id);
    let types = ["BUILD_TOOL_OF", "CONTAINS", "DESCRIBES", "GENERATED_FROM"];
    for relationship in list(&bill, "relationships") {
        assert!(is_there(text(relationship, "spdxElementId")), "{relationship}");
        assert!(is_there(text(relationship, "relatedSpdxElement")), "{relationship}");
        assert!(types.contains(&text(relationship, "relationshipType")), "{relationship}");
    }
}

/// From each file, by what it was generated from and by the tools of that, to pins; and from no file to nowhere.
#[test]
fn every_package_is_a_part_or_a_tool_of_some_file() {
    let bill = bill();
    let mut open: Vec<&str> = list(&bill, "files").iter().map(|file| text(file, "SPDXID")).collect();
    open.extend(
        list(&bill, "relationships")
            .iter()
            .filter(|r| r["relationshipType"] == "DESCRIBES")
            .map(|r| text(r, "relatedSpdxElement")),
    );
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        for relationship in list(&bill, "relationships") {
            let (element, related) = (text(relationship, "spdxElementId"), text(relationship, "relatedSpdxElement"));
            match text(relationship, "relationshipType") {
                "GENERATED_FROM" | "CONTAINS" if element == id => open.push(related),
                "BUILD_TOOL_OF" if related == id => open.push(element),
                _ => (),
            }
        }
    }
    let elements = elements(&bill);
    let unreached: Vec<_> = elements.keys().filter(|id| !reached.contains(**id)).collect();
    assert_eq!(unreached, Vec::<&&str>::new());
}

#[test]
fn every_pin_of_the_sets_is_there_and_no_other() {
    let sets = env::var("FERRITE_SETS").expect("FERRITE_SETS has the sets that the artifacts are built from");
    let architecture = env::var("FERRITE_ARCHITECTURE").expect("FERRITE_ARCHITECTURE has Debian's name of the host's");
    let sets: BTreeSet<String> =
        sets.split(' ').flat_map(|set| [set.to_owned(), format!("{set}:{architecture}")]).collect();
    let lock = repository("toolchain/pins.lock");
    let pin = |line: &str| {
        let [name, version, _, sha256, _, its] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let is_used = its.split(',').any(|set| sets.contains(set));
        is_used.then(|| (name.to_owned(), (version.to_owned(), sha256.to_owned())))
    };
    let expected: BTreeMap<_, _> = lock.lines().filter(|line| !line.starts_with('#')).filter_map(pin).collect();
    assert!(expected.len() > 100, "there are hundreds");
    assert_eq!(pinned(&bill()), expected);
}

/// What is made of one package has that one's version, what is compiled from the repository its own.
#[test]
fn what_was_built_has_the_version_of_what_it_is_made_of() {
    let bill = bill();
    let version = |name: &str| {
        let mut builds = list(&bill, "packages").iter().filter(|package| package.get("externalRefs").is_none());
        let build = builds.find(|package| package["name"] == name).unwrap_or_else(|| panic!("{name} is not there"));
        build["versionInfo"].as_str().map(str::to_owned)
    };
    let pinned = |prefix: &str| {
        let lock = repository("toolchain/pins.lock");
        let pin = lock.lines().find(|line| line.starts_with(prefix)).expect("is pinned");
        pin.split(' ').nth(1).map(str::to_owned)
    };
    let kernel = list(&bill, "packages").iter().find_map(|package| {
        let name = text(package, "name");
        name.starts_with("linux-source-").then(|| format!("{name}:"))
    });
    assert_eq!(version("linux"), pinned(&kernel.expect("the kernel's source is there")));
    assert_eq!(version("guest"), pinned("busybox-static:arm64 "));
    assert_eq!(version("zstd"), pinned(&format!("zstd:{} ", env::var("FERRITE_ARCHITECTURE").expect("is set"))));
    for ours in ["artifact-files", "chardevctl", "driver", "vm-init"] {
        assert_eq!(version(ours).as_deref(), Some(env!("CARGO_PKG_VERSION")), "{ours}");
    }
    assert_eq!(version("tools"), None, "it is many packages");
}

#[test]
fn licences_are_expressions_whose_references_are_explained() {
    let bill = bill();
    let extracted = list(&bill, "hasExtractedLicensingInfos");
    let explained: BTreeSet<&str> = extracted.iter().map(|licence| text(licence, "licenseId")).collect();
    assert!(extracted.iter().all(|licence| !text(licence, "extractedText").is_empty()));
    let mut named = BTreeSet::new();
    for package in list(&bill, "packages") {
        let licence = text(package, "licenseDeclared");
        if licence == "NOASSERTION" {
            // What the archive has says under which terms.
            assert!(package.get("externalRefs").is_none(), "{package}");
            continue;
        }
        spdx::Expression::parse(licence).unwrap_or_else(|error| panic!("{}: {error}", text(package, "name")));
        named.extend(licence.split([' ', '(', ')']).filter(|word| word.starts_with("LicenseRef-")));
    }
    assert_eq!(named, explained);
}
