// SPDX-License-Identifier: MIT OR Apache-2.0

//! A package's `copyright`, where it is
//! [machine-readable](https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/) and where it is prose.

use std::collections::{BTreeMap, BTreeSet};

use deb822_lossless::{Deb822, Paragraph};

use crate::expression;
use crate::Text;

/// The expression for all of a package's files, and the texts behind its `LicenseRef-…`.
pub fn read(text: &str, sha256: &str) -> (String, BTreeMap<String, Text>) {
    let licences = stanzas(text);
    if licences.is_empty() {
        return prose(text, sha256);
    }
    let mut named = BTreeMap::new();
    let terms: BTreeSet<String> = licences
        .iter()
        .filter(|licence| licence.covers_files)
        .map(|licence| {
            expression::convert(&licence.name, |name| {
                let reference = reference(sha256, name);
                named.insert(reference.clone(), Text { name: name.to_owned(), text: text_of(name, &licences) });
                reference
            })
        })
        .collect();
    (conjunction(&terms), named)
}

/// A `License` field: a synopsis in its first line, the text in the others.
struct Stanza {
    name: String,
    text: String,
    covers_files: bool,
}

/// All of them; none where the file is prose.
fn stanzas(text: &str) -> Vec<Stanza> {
    // The parser panics over a line that begins outside of ASCII, where the format has names of fields.
    if text.lines().any(|line| line.starts_with(|first: char| !first.is_ascii())) {
        return Vec::new();
    }
    let (file, _) = Deb822::from_str_relaxed(text);
    let mut paragraphs = file.paragraphs();
    if !paragraphs.next().is_some_and(|header| header.contains_key("Format")) {
        return Vec::new();
    }
    let licences: Vec<Stanza> = paragraphs.filter_map(|paragraph| stanza(&paragraph)).collect();
    // A file that names no licence for any file says nothing in this form.
    if licences.iter().any(|licence| licence.covers_files) {
        licences
    } else {
        Vec::new()
    }
}

fn stanza(paragraph: &Paragraph) -> Option<Stanza> {
    let field = paragraph.get("License")?;
    let (name, text) = field.split_once('\n').unwrap_or((&field, ""));
    let name = name.trim().to_owned();
    let covers_files = paragraph.contains_key("Files") && !name.is_empty();
    Some(Stanza { name, text: text.to_owned(), covers_files })
}

/// A licence's text stands with the files, or in a paragraph of its own, or nowhere.
fn text_of(name: &str, licences: &[Stanza]) -> String {
    let found = licences.iter().find(|licence| licence.name == name && !licence.text.is_empty());
    found.map_or_else(|| format!("The copyright file names it and has no text: {name}"), |licence| licence.text.clone())
}

fn prose(text: &str, sha256: &str) -> (String, BTreeMap<String, Text>) {
    let reference = reference(sha256, "copyright");
    let text = Text { name: "the package's copyright file".to_owned(), text: text.to_owned() };
    (reference.clone(), BTreeMap::from([(reference, text)]))
}

/// The same name means different texts in different packages; the hash of the file that it is from tells them apart.
fn reference(sha256: &str, name: &str) -> String {
    let allowed = |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    let name: String = name.chars().map(allowed).collect();
    let file = sha256.get(..16).unwrap_or(sha256);
    format!("LicenseRef-{file}-{name}")
}

fn conjunction(terms: &BTreeSet<String>) -> String {
    match terms.first() {
        Some(only) if terms.len() == 1 => only.clone(),
        _ => terms.iter().map(|term| expression::operand(term)).collect::<Vec<_>>().join(" AND "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE_READABLE: &str = "\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: x

Files: *
Copyright: 2020 Somebody
License: GPL-2+ or Expat

Files: doc/*
Copyright: 2020 Somebody
License: As-You-Like

Files: debian/*
Copyright: 2021 Else
License: GPL-2+ or Expat

License: As-You-Like
 Do as you
 like.

License: Expat
 Permission is hereby granted …
";

    #[test]
    fn each_licence_of_some_file_is_in_the_expression_once() {
        let (expression, _) = read(MACHINE_READABLE, "aa");
        assert_eq!(expression, "(GPL-2.0-or-later OR MIT) AND LicenseRef-aa-As-You-Like");
    }

    #[test]
    fn what_spdx_has_no_name_for_keeps_its_text() {
        let (_, texts) = read(MACHINE_READABLE, "aa");
        let text = Text { name: "As-You-Like".to_owned(), text: "Do as you\nlike.".to_owned() };
        assert_eq!(texts, BTreeMap::from([("LicenseRef-aa-As-You-Like".to_owned(), text)]));
    }

    #[test]
    fn prose_is_kept_as_it_is() {
        let (expression, texts) = read("This is free.\n\nCopying is permitted.\n", "bb");
        assert_eq!(expression, "LicenseRef-bb-copyright");
        assert_eq!(texts[&expression].text, "This is free.\n\nCopying is permitted.\n");
    }

    #[test]
    fn what_the_parser_cannot_read_is_prose() {
        assert_eq!(read(&format!("{MACHINE_READABLE}\u{feff}Unicode\n"), "dd").0, "LicenseRef-dd-copyright");
    }

    #[test]
    fn a_header_alone_is_prose() {
        let text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";
        assert_eq!(read(text, "cc").0, "LicenseRef-cc-copyright");
    }
}
