// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `sha256sum` and its kin print.

/// The file and the hash of each line.
pub fn parse(text: &str) -> Result<Vec<(&str, &str)>, String> {
    let parts = |line| split(line).ok_or_else(|| format!("no line of sha256sum: {line}"));
    text.lines().map(parts).collect()
}

fn split(line: &str) -> Option<(&str, &str)> {
    line.split_once("  ").map(|(hash, file)| (file, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_spaces() {
        assert_eq!(parse("aa  Image\nbb  a  file\n"), Ok(vec![("Image", "aa"), ("a  file", "bb")]));
        assert!(parse("aa Image").is_err());
    }
}
