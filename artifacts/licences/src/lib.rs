// SPDX-License-Identifier: MIT OR Apache-2.0

//! The licences of Debian packages, as [SPDX licence expressions](https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/).

mod copyright;
mod expression;
mod short_name;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a list of copyright files says.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licences {
    /// By the package's name.
    pub packages: BTreeMap<String, Licence>,
    /// Of licences that SPDX has no name for, by the `LicenseRef-…` that expressions have instead.
    pub texts: BTreeMap<String, Text>,
}

/// Of one package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// A licence expression.
    pub expression: String,
    /// Of the copyright file, in hexadecimal.
    pub sha256: String,
}

/// A licence that SPDX has no name for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// As the copyright file calls it.
    pub name: String,
    /// What it says there.
    pub text: String,
}

impl Licences {
    /// Adds what a package's copyright file says.
    ///
    /// # Errors
    ///
    /// Returns a message when another file was added for the same name: one package is not under two licences.
    pub fn add(&mut self, package: &str, sha256: &str, text: &str) -> Result<(), String> {
        let (expression, texts) = copyright::read(text, sha256);
        let licence = Licence { expression, sha256: sha256.to_owned() };
        match self.packages.insert(package.to_owned(), licence.clone()) {
            Some(other) if other != licence => {
                return Err(format!("{package} has two copyright files, {} and {sha256}", other.sha256));
            }
            _ => self.texts.extend(texts),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_may_come_twice_but_not_with_two_files() {
        let mut licences = Licences::default();
        assert_eq!(licences.add("bc", "aa", "As is."), Ok(()));
        assert_eq!(licences.add("bc", "aa", "As is."), Ok(()));
        let refusal = licences.add("bc", "bb", "As it was.").expect_err("it is another file");
        assert_eq!(refusal, "bc has two copyright files, aa and bb");
    }
}
