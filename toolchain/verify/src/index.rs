// SPDX-License-Identifier: MIT OR Apache-2.0

//! An index of packages: `Packages`, as <https://wiki.debian.org/DebianRepository/Format> describes it, or `Packages.xz`.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use pins::lock::Pin;
use pins::Error;

/// The names that an index has in a Release file, the preferred one first.
pub const NAMES: [&str; 2] = ["Packages.xz", "Packages"];

/// The packages of an index, by path in the archive.
pub type Index = HashMap<String, Entry>;

/// What an index says of a package's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `name:architecture`.
    pub package: String,
    pub version: String,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
}

impl Entry {
    /// What of a pin is not as the index says; nothing where all is.
    pub fn contradicts(&self, package: &str, pin: &Pin) -> Option<String> {
        let said = |what: &str, index: &dyn ToString, pin: &dyn ToString| {
            let (index, pin) = (index.to_string(), pin.to_string());
            (index != pin).then(|| format!("the archive signed {what} {index}, and the lock has {pin}"))
        };
        said("SHA-256", &self.sha256, &pin.sha256)
            .or_else(|| said("size", &self.size, &pin.size))
            .or_else(|| said("version", &self.version, &pin.version))
            .or_else(|| said("package", &self.package, &package))
    }
}

/// Reads an index, `name` telling whether it is compressed.
pub fn read(path: &Path, name: &str) -> Result<Index, Error> {
    let failed = |cause: String| {
        Error::new(format!("read the index {}", path.display()), cause, "remove the file to have it fetched again")
    };
    let file = File::open(path).map_err(|cause| failed(cause.to_string()))?;
    let mut text = Vec::new();
    if name.ends_with(".xz") {
        lzma_rs::xz_decompress(&mut BufReader::new(file), &mut text).map_err(|cause| failed(format!("{cause:?}")))?;
    } else {
        std::io::Read::read_to_end(&mut BufReader::new(file), &mut text).map_err(|cause| failed(cause.to_string()))?;
    }
    Ok(parse(&String::from_utf8_lossy(&text)))
}

fn parse(text: &str) -> Index {
    let mut index = Index::new();
    for paragraph in text.split("\n\n") {
        let field = |name: &str| {
            paragraph.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
        };
        let Ok(size) = field("Size").parse() else { continue };
        let entry = Entry {
            package: format!("{}:{}", field("Package"), field("Architecture")),
            version: field("Version").to_owned(),
            size,
            sha256: field("SHA256").to_owned(),
        };
        index.insert(field("Filename").to_owned(), entry);
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_paragraph_is_a_package() {
        let text = "Package: a\nVersion: 1:2\nArchitecture: all\nDescription: a\n Size: 9\nFilename: pool/a.deb\n\
                    Size: 5\nSHA256: ab\n\nPackage: b\nFilename: pool/b.deb\nArchitecture: arm64\nVersion: 3\nSize: 6\n\
                    SHA256: cd\n";
        let index = parse(text);
        assert_eq!(index.len(), 2);
        let a = Entry { package: "a:all".to_owned(), version: "1:2".to_owned(), size: 5, sha256: "ab".to_owned() };
        assert_eq!(index["pool/a.deb"], a);
        assert_eq!(index["pool/b.deb"].sha256, "cd");
    }

    #[test]
    fn each_contradiction_is_told() {
        let entry = Entry { package: "a:all".to_owned(), version: "2".to_owned(), size: 5, sha256: "ab".to_owned() };
        let pin = |version: &str, size, sha256: &str| Pin {
            version: version.to_owned(),
            size,
            sha256: sha256.to_owned(),
            path: "debian/pool/a.deb".to_owned(),
        };
        assert_eq!(entry.contradicts("a:all", &pin("2", 5, "ab")), None);
        let cases = [
            ("a:all", pin("2", 5, "cd"), "SHA-256 ab"),
            ("a:all", pin("2", 6, "ab"), "size 5"),
            ("a:all", pin("3", 5, "ab"), "version 2"),
            ("b:all", pin("2", 5, "ab"), "package a:all"),
        ];
        for (package, pin, said) in cases {
            let contradiction = entry.contradicts(package, &pin).unwrap();
            assert!(contradiction.contains(said), "{contradiction}");
        }
    }
}
