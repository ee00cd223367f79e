// SPDX-License-Identifier: MIT OR Apache-2.0

//! The short names of [Debian's format](https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name),
//! by the names of the [SPDX list](https://spdx.org/licenses/).

/// Nothing where SPDX has no licence that is surely meant.
pub fn to_spdx(name: &str) -> Option<String> {
    if let Some((licence, exception)) = name.split_once(" with ").or_else(|| name.split_once(" WITH ")) {
        let exception =
            format!("{}-exception", exception.trim().trim_end_matches(" exception").trim_end_matches("-exception"));
        let exception = spdx::exception_id(&exception)?;
        return Some(format!("{} WITH {}", to_spdx(licence)?, exception.name));
    }
    if name.eq_ignore_ascii_case("Expat") {
        return Some("MIT".to_owned());
    }
    gnu(name).or_else(|| listed(name))
}

/// On the list, whatever the case of its letters.
fn listed(name: &str) -> Option<String> {
    let is_it = |licence: &&spdx::License| licence.name.eq_ignore_ascii_case(name);
    spdx::identifiers::LICENSES.iter().find(is_it).map(|licence| licence.name.to_owned())
}

/// `GPL-2+` and its kin, in which SPDX writes the version in full and says what `+` is.
fn gnu(name: &str) -> Option<String> {
    let (family, version) = name.split_once('-')?;
    if !["AGPL", "GFDL", "GPL", "LGPL"].contains(&family) {
        return None;
    }
    let (invariants, version) = match version.strip_prefix("NIV-") {
        Some(version) => ("-no-invariants", version),
        None => ("", version),
    };
    let (version, suffix) = match version.strip_suffix('+') {
        Some(version) => (version, "or-later"),
        None => (version, "only"),
    };
    let version = if version.contains('.') { version.to_owned() } else { format!("{version}.0") };
    listed(&format!("{family}-{version}{invariants}-{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both() {
        for (debian, spdx) in [
            ("Expat", "MIT"),
            ("BSD-3-clause", "BSD-3-Clause"),
            ("zlib", "Zlib"),
            ("GPL-2", "GPL-2.0-only"),
            ("GPL-3+", "GPL-3.0-or-later"),
            ("GPL-2.0-only", "GPL-2.0-only"),
            ("LGPL-2.1+", "LGPL-2.1-or-later"),
            ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
            ("Apache-2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"),
        ] {
            assert_eq!(to_spdx(debian).as_deref(), Some(spdx), "{debian}");
        }
    }

    #[test]
    fn what_is_not_sure_is_not_said() {
        for name in ["Artistic", "public-domain", "GPL", "GPL-2+ with Funny exception", "Apache-2", ""] {
            assert_eq!(to_spdx(name), None, "{name}");
        }
    }
}
