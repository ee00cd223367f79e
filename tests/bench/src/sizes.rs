// SPDX-License-Identifier: MIT OR Apache-2.0

//! How large what we build is, as the derivation `sizes` measured it.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::error::Error;

/// Something that was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// `Image`
    pub name: String,
    /// How large it is.
    pub bytes: u64,
    /// How large it may be; `None` for what nobody limits.
    pub limit: Option<u64>,
}

/// Reads the file that the derivation made: a line each, `BYTES LIMIT NAME`, a limit of 0 being none.
pub fn read(file: &Path) -> Result<Vec<Size>, Error> {
    let failed = |cause: String| {
        Error::new(
            format!("read the sizes in {}", file.display()),
            cause,
            "use the sizes of the same build as bench (nix run .#bench does)",
        )
    };
    let text = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    text.lines().map(|line| size(line).ok_or_else(|| failed(format!("this line is none: {line}")))).collect()
}

fn size(line: &str) -> Option<Size> {
    let mut words = line.splitn(3, ' ');
    let bytes = words.next()?.parse().ok()?;
    let limit = words.next()?.parse().ok().map(|limit| (limit > 0).then_some(limit))?;
    Some(Size { name: words.next()?.to_owned(), bytes, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_size() {
        let image = Size { name: "Image".to_owned(), bytes: 10, limit: Some(20) };
        assert_eq!(size("10 20 Image"), Some(image));
        let closure = size("10 0 the closure of vm").expect("is a size");
        assert_eq!((closure.name.as_str(), closure.limit), ("the closure of vm", None));
    }

    #[test]
    fn another_line_is_none() {
        for line in ["", "10", "10 20", "Image 10 20", "10 -1 Image"] {
            assert_eq!(size(line), None, "{line}");
        }
    }
}
