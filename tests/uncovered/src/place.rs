// SPDX-License-Identifier: MIT OR Apache-2.0

//! A place in Rust code, as the kernel's rustfmt formats it, by what it is in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Names the places in the files of a folder, which are read once.
pub struct Places<'a> {
    source: &'a Path,
    files: BTreeMap<PathBuf, Vec<String>>,
    function: Regex,
    block: Regex,
}

impl<'a> Places<'a> {
    /// For the files in that folder.
    pub fn new(source: &'a Path) -> Self {
        let regex = |pattern| Regex::new(pattern).expect("is a regular expression");
        Self {
            source,
            files: BTreeMap::new(),
            function: regex(r#"^\s*(?:[a-z()]+ |extern "C" )*fn (\w+)"#),
            block: regex(r"^((?:unsafe )?impl\b.*?|(?:pub )?trait .*?)(?: \{)?$"),
        }
    }

    /// The file, the `impl` and the function that a line, counted from 1, is in; and the line itself, unless a function begins there.
    pub fn name(&mut self, file: &Path, line: usize) -> io::Result<String> {
        if !self.files.contains_key(file) {
            let lines = fs::read_to_string(file)?.lines().map(str::to_owned).collect();
            self.files.insert(file.to_owned(), lines);
        }
        let lines = self.files[file].get(..line).filter(|lines| !lines.is_empty());
        let lines = lines.ok_or_else(|| io::Error::other("the file is shorter"))?;
        let name = file.strip_prefix(self.source).unwrap_or(file).display();
        Ok(format!("{name}: {}", self.name_in(lines)))
    }

    /// Of the last of these lines, in their file.
    fn name_in(&self, lines: &[String]) -> String {
        let line = lines[lines.len() - 1].trim();
        // What a macro makes of a structure is in no function.
        if line.starts_with("#[") {
            return line.to_owned();
        }
        let above = |pattern: &Regex| lines.iter().rev().find_map(|line| pattern.captures(line));
        let Some(function) = above(&self.function) else { return line.to_owned() };
        let is_indented = function[0].starts_with(char::is_whitespace);
        let block = above(&self.block).filter(|_| is_indented);
        let block = block.map(|block| format!("{}, ", &block[1])).unwrap_or_default();
        let part = if self.function.is_match(line) { String::new() } else { format!(": {line}") };
        format!("{block}{}{part}", &function[1])
    }
}

/// The names but for parts of functions of which the whole is among them.
pub fn without_parts(names: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    let is_part = |name: &str| name.match_indices(": ").any(|(end, _)| names.contains(&name[..end]));
    names.iter().filter(move |name| !is_part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = r#"
fn alone() {
    call();
}

#[derive(Clone)]
struct Thing;

impl<T: Show> Thing<T> {
    pub(crate) fn new(
        size: usize,
    ) -> Result<Self> {
        let thing = make()?;
    }

    unsafe extern "C" fn release() {}
}
"#;

    fn name(line: usize) -> String {
        let lines: Vec<_> = CODE.lines().take(line).map(str::to_owned).collect();
        Places::new(Path::new("/")).name_in(&lines)
    }

    #[test]
    fn a_function_is_named_with_what_it_is_in() {
        assert_eq!(name(2), "alone");
        assert_eq!(name(10), "impl<T: Show> Thing<T>, new");
        assert_eq!(name(16), "impl<T: Show> Thing<T>, release");
    }

    #[test]
    fn a_line_is_named_with_its_function() {
        assert_eq!(name(3), "alone: call();");
        assert_eq!(name(13), "impl<T: Show> Thing<T>, new: let thing = make()?;");
    }

    #[test]
    fn what_a_macro_makes_is_in_no_function() {
        assert_eq!(name(6), "#[derive(Clone)]");
    }

    #[test]
    fn parts_of_what_never_ran_go_without_saying() {
        let names = ["a.rs: one", "a.rs: one: call();", "a.rs: two: call();"].map(str::to_owned);
        let names = BTreeSet::from(names);
        assert!(without_parts(&names).eq(["a.rs: one", "a.rs: two: call();"]));
    }
}
