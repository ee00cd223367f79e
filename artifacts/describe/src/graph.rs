// SPDX-License-Identifier: MIT OR Apache-2.0

//! A derivation and all that it was built from, down to what was downloaded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use explained::Error;

use crate::derivation::Derivation;
use crate::lock::Lock;

/// What a derivation takes another for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It becomes part of the result.
    Material,
    /// It runs, on the machine that builds.
    Tool,
}

/// All derivations, by the paths of their files.
#[derive(Debug)]
pub struct Graph {
    /// What the others are for.
    pub root: String,
    /// The root among them.
    pub derivations: BTreeMap<String, Derivation>,
}

impl Graph {
    /// Reads the derivation and all that it names.
    pub fn read(root: &str) -> Result<Self, Error> {
        let mut derivations = BTreeMap::new();
        let mut open = vec![root.to_owned()];
        while let Some(path) = open.pop() {
            if derivations.contains_key(&path) {
                continue;
            }
            let derivation =
                fs::read_to_string(&path).map_err(|cause| cause.to_string()).and_then(|text| Derivation::parse(&text));
            let derivation = derivation.map_err(|cause| {
                Error::new(
                    format!("read the derivation {path}"),
                    cause,
                    "give the path of a derivation, with all that it is built from in the same store",
                )
            })?;
            open.extend(derivation.inputs.iter().cloned());
            derivations.insert(path, derivation);
        }
        Ok(Self { root: root.to_owned(), derivations })
    }

    /// What came from no archive but was in the store before anything was built: the repository's own files and folders.
    pub fn sources(&self) -> BTreeSet<&str> {
        self.derivations.values().flat_map(|derivation| &derivation.sources).map(String::as_str).collect()
    }

    /// The files that were downloaded.
    pub fn downloads(&self) -> impl Iterator<Item = (&str, &Derivation)> {
        let entries = self.derivations.iter().map(|(path, derivation)| (path.as_str(), derivation));
        entries.filter(|(_, derivation)| derivation.fixed().is_some())
    }

    /// What was built.
    pub fn builds(&self) -> impl Iterator<Item = (&str, &Derivation)> {
        let entries = self.derivations.iter().map(|(path, derivation)| (path.as_str(), derivation));
        entries.filter(|(_, derivation)| derivation.fixed().is_none())
    }

    /// The derivation that a path in the store is from.
    pub fn origin(&self, file: &str) -> Option<&str> {
        let is_in =
            |output: &str| file.strip_prefix(output).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let is_from = |derivation: &Derivation| derivation.outputs.values().any(|output| is_in(&output.path));
        self.derivations.iter().find(|(_, derivation)| is_from(derivation)).map(|(path, _)| path.as_str())
    }

    /// What `user` takes its input for. A tool is what has a program that its environment or its command names, or
    /// is unpacked from nothing but packages for the machine that builds.
    pub fn role(&self, input: &str, user: &Derivation, lock: &Lock) -> Role {
        let input = &self.derivations[input];
        if input.fixed().is_none() && (runs(user, input) || self.is_for_the_host(input, lock)) {
            Role::Tool
        } else {
            Role::Material
        }
    }

    fn is_for_the_host(&self, derivation: &Derivation, lock: &Lock) -> bool {
        let mut hashes = derivation.inputs.iter().filter_map(|input| self.derivations[input].fixed()).peekable();
        hashes.peek().is_some() && hashes.all(|hash| lock.pins.get(hash).is_some_and(|pin| pin.is_for_the_host()))
    }
}

/// "NAME" of "/nix/store/HASH-NAME".
pub fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split_once('-').map_or(file, |(_, name)| name)
}

/// Whether some `…/bin/…` of the input is in the other's command or environment.
fn runs(user: &Derivation, input: &Derivation) -> bool {
    let names_program = |text: &String| {
        input.outputs.values().any(|output| {
            text.match_indices(&output.path).any(|(at, _)| {
                let path = text[at + output.path.len()..].split([':', ' ', '\n', '"']).next().unwrap_or_default();
                path.split('/').any(|folder| folder == "bin")
            })
        })
    };
    // Contents are copied.
    let environment = user.environment.iter().filter(|(name, _)| *name != "contents").map(|(_, value)| value);
    user.command.iter().chain(environment).any(names_program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derivation(name: &str, inputs: &[&str], environment: &[(&str, &str)]) -> (String, Derivation) {
        let text = format!(r#"Derive([("out","/nix/store/{name}","","")],[],[],"","",[],[("name","{name}")])"#);
        let mut derivation = Derivation::parse(&text).expect("is one");
        derivation.inputs = inputs.iter().map(|input| format!("{input}.drv")).collect();
        derivation
            .environment
            .extend(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        (format!("{name}.drv"), derivation)
    }

    fn download(name: &str, hash: &str) -> (String, Derivation) {
        let (path, mut derivation) = derivation(name, &[], &[]);
        derivation.outputs.get_mut("out").expect("there is one").hash = Some(hash.to_owned());
        (path, derivation)
    }

    fn graph() -> (Graph, Lock) {
        let derivations = [
            derivation("tools", &["llvm"], &[]),
            derivation("mkfs", &["erofs"], &[]),
            derivation("libraries", &["libc"], &[]),
            derivation(
                "disk",
                &["tools", "mkfs", "libraries"],
                &[("PATH", "/nix/store/tools/usr/bin"), ("mkfs", "/nix/store/mkfs")],
            ),
            download("llvm", "aa"),
            download("erofs", "bb"),
            download("libc", "cc"),
        ];
        let lock = "snapshot 20260101T000000Z\n\
            llvm:all 1 1 aa debian/llvm.deb other,tools:amd64\n\
            erofs:amd64 1 1 bb debian/erofs.deb disk:amd64\n\
            libc:arm64 1 1 cc debian/libc.deb aarch64\n";
        (Graph { root: "disk.drv".to_owned(), derivations: derivations.into() }, lock.parse().expect("is one"))
    }

    #[test]
    fn a_tool_is_named_by_a_program_or_for_the_host() {
        let (graph, lock) = graph();
        let disk = &graph.derivations["disk.drv"];
        for (input, role) in [("tools.drv", Role::Tool), ("mkfs.drv", Role::Tool), ("libraries.drv", Role::Material)] {
            assert_eq!(graph.role(input, disk, &lock), role, "{input}");
        }
    }

    #[test]
    fn packages_become_part_of_what_unpacks_them() {
        let (graph, lock) = graph();
        assert_eq!(graph.role("erofs.drv", &graph.derivations["mkfs.drv"], &lock), Role::Material);
    }

    #[test]
    fn files_are_from_the_derivation_whose_output_holds_them() {
        let (graph, _) = graph();
        assert_eq!(graph.origin("/nix/store/disk/disk.img"), Some("disk.drv"));
        assert_eq!(graph.origin("/nix/store/disk-2/disk.img"), None);
    }
}
