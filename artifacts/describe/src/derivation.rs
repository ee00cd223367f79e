// SPDX-License-Identifier: MIT OR Apache-2.0

//! A [`.drv` file](https://nix.dev/manual/nix/2.26/protocols/derivation-aterm): what Nix builds, from what, how.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::Deserialize;

/// What the file says.
#[derive(Debug)]
pub struct Derivation {
    /// By the output's name.
    pub outputs: BTreeMap<String, Output>,
    /// The derivations that it takes outputs of.
    pub inputs: Vec<String>,
    /// Files and folders that were put into the store as they are.
    pub sources: Vec<String>,
    /// The program that Nix runs, and its arguments.
    pub command: Vec<String>,
    /// The program's environment.
    pub environment: BTreeMap<String, String>,
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub struct Output {
    /// In the store.
    pub path: String,
    /// Of a fixed output, in hexadecimal.
    pub hash: Option<String>,
}

/// As the file has them: output, path, algorithm and hash; derivation and its outputs; and so on.
#[derive(Deserialize)]
struct Fields(
    Vec<(String, String, String, String)>,
    Vec<(String, Vec<String>)>,
    Vec<String>,
    IgnoredAny,
    String,
    Vec<String>,
    Vec<(String, String)>,
);

impl Derivation {
    /// Reads the text of a `.drv` file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix("Derive").ok_or("it does not begin with `Derive`")?;
        let Fields(outputs, inputs, sources, _, builder, arguments, environment) =
            serde_json::from_str(&brackets(text)).map_err(|cause| cause.to_string())?;
        let outputs = outputs.into_iter().map(|(name, path, _, hash)| {
            let hash = (!hash.is_empty()).then_some(hash);
            (name, Output { path, hash })
        });
        Ok(Self {
            outputs: outputs.collect(),
            inputs: inputs.into_iter().map(|(derivation, _)| derivation).collect(),
            sources,
            command: std::iter::once(builder).chain(arguments).collect(),
            environment: environment.into_iter().collect(),
        })
    }

    /// As Nix shows it.
    pub fn name(&self) -> &str {
        &self.environment["name"]
    }

    /// The hash of a derivation that only downloads a file.
    pub fn fixed(&self) -> Option<&str> {
        self.outputs.get("out")?.hash.as_deref()
    }
}

/// Tuples as lists. The format is that of JSON otherwise, its escapes included.
fn brackets(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let replace = |character| {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == '"' {
            quoted = !quoted;
        }
        match character {
            '(' if !quoted => '[',
            ')' if !quoted => ']',
            _ => character,
        }
    };
    text.chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = concat!(
        r#"Derive([("dev","/nix/store/d-x-dev","",""),("out","/nix/store/o-x","","")],"#,
        r#"[("/nix/store/t-tools.drv",["out"])],["/nix/store/s-build.sh"],"x86_64-linux","#,
        r#""/nix/store/t-tools/bin/bash",["-eu","/nix/store/s-build.sh"],"#,
        r#"[("name","x"),("run","echo \"(\\\" \n\techo )")])"#,
    );

    #[test]
    fn all_of_it() {
        let derivation = Derivation::parse(TEXT).expect("is one");
        assert_eq!(derivation.name(), "x");
        assert_eq!(derivation.outputs["dev"].path, "/nix/store/d-x-dev");
        assert_eq!(derivation.inputs, ["/nix/store/t-tools.drv"]);
        assert_eq!(derivation.sources, ["/nix/store/s-build.sh"]);
        assert_eq!(derivation.command, ["/nix/store/t-tools/bin/bash", "-eu", "/nix/store/s-build.sh"]);
        assert_eq!(derivation.environment["run"], "echo \"(\\\" \n\techo )");
        assert_eq!(derivation.fixed(), None);
    }

    #[test]
    fn a_fixed_output() {
        let text = r#"Derive([("out","/nix/store/o-x","sha256","aabb")],[],[],"builtin","builtin:fetchurl",[],[("name","x")])"#;
        assert_eq!(Derivation::parse(text).expect("is one").fixed(), Some("aabb"));
    }

    #[test]
    fn another_file_is_refused() {
        assert!(Derivation::parse("echo").is_err());
        assert!(Derivation::parse("Derive([").is_err());
    }
}
