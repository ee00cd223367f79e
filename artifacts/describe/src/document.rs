// SPDX-License-Identifier: MIT OR Apache-2.0

//! The parts of an [SPDX 2.3](https://spdx.github.io/spdx-spec/v2.3/) document that are used here, as its JSON has them.

use serde::Serialize;

/// What SPDX writes where nothing is claimed.
pub const NO_ASSERTION: &str = "NOASSERTION";

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// "SPDX-2.3".
    pub spdx_version: &'static str,
    /// Of the document itself.
    pub data_license: &'static str,
    /// "SPDXRef-DOCUMENT".
    #[serde(rename = "SPDXID")]
    pub id: &'static str,
    /// Of the document.
    pub name: String,
    /// A URI that no other document has.
    pub document_namespace: String,
    /// By whom and when.
    pub creation_info: CreationInfo,
    /// Texts of licences that are not on SPDX's list.
    pub has_extracted_licensing_infos: Vec<ExtractedLicence>,
    /// What was pinned, and what was built.
    pub packages: Vec<Package>,
    /// What came out.
    pub files: Vec<File>,
    /// What is from what.
    pub relationships: Vec<Relationship>,
}

/// By whom and when.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationInfo {
    /// RFC 3339.
    pub created: String,
    /// "Tool: …".
    pub creators: Vec<String>,
    /// Version of SPDX's list of licences.
    pub license_list_version: String,
}

/// A licence that is not on SPDX's list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtractedLicence {
    /// "LicenseRef-…".
    pub license_id: String,
    /// As somebody calls it.
    pub name: String,
    /// What it says.
    pub extracted_text: String,
}

/// A pinned package, or what a derivation built.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// "SPDXRef-…".
    #[serde(rename = "SPDXID")]
    pub id: String,
    /// By which others know it.
    pub name: String,
    /// Absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_info: Option<String>,
    /// "Organization: …".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier: Option<&'static str>,
    /// An address, or that there is none.
    pub download_location: String,
    /// Whether its files are listed: of the artifacts only.
    pub files_analyzed: bool,
    /// Present where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package_verification_code: Option<VerificationCode>,
    /// Of the file at the address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checksums: Vec<Checksum>,
    /// In words: what else went in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_info: Option<String>,
    /// What we found ourselves.
    pub license_concluded: &'static str,
    /// What the package says.
    pub license_declared: String,
    /// Whose it is.
    pub copyright_text: &'static str,
    /// Names of it elsewhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_refs: Vec<ExternalReference>,
}

/// Of all files of a package.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerificationCode {
    /// In hexadecimal.
    pub package_verification_code_value: String,
}

/// A file that came out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// "SPDXRef-…".
    #[serde(rename = "SPDXID")]
    pub id: String,
    /// Begins with "./".
    pub file_name: String,
    /// SHA-1, which SPDX asks for, and SHA-256.
    pub checksums: Vec<Checksum>,
    /// What we found ourselves.
    pub license_concluded: &'static str,
    /// What the file says.
    pub license_info_in_files: Vec<&'static str>,
    /// Whose it is.
    pub copyright_text: &'static str,
}

/// A hash.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checksum {
    /// "SHA1" or "SHA256".
    pub algorithm: &'static str,
    /// In hexadecimal.
    pub checksum_value: String,
}

/// A name elsewhere.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExternalReference {
    /// "PACKAGE-MANAGER".
    pub reference_category: &'static str,
    /// "purl".
    pub reference_type: &'static str,
    /// The name.
    pub reference_locator: String,
}

/// Reads as a sentence: element, type, related element.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Relationship {
    /// The subject.
    pub spdx_element_id: String,
    /// "GENERATED_FROM", "BUILD_TOOL_OF", "CONTAINS" or "DESCRIBES".
    pub relationship_type: &'static str,
    /// The object.
    pub related_spdx_element: String,
}

/// A name that identifiers may have: letters, digits, dots and dashes.
pub fn reference(name: &str) -> String {
    let allowed = |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    format!("SPDXRef-{}", name.chars().map(allowed).collect::<String>())
}
