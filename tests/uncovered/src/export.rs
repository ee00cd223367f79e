// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `llvm-cov export` prints: llvm/tools/llvm-cov/CoverageExporterJson.cpp.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::Deserialize;

/// The whole report.
#[derive(Deserialize)]
pub struct Export {
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    filenames: Vec<PathBuf>,
    regions: Vec<Region>,
}

/// First line and column, last line and column, how often it ran, its file, the file that it is expanded in, and its kind.
#[derive(Deserialize)]
struct Region(usize, usize, usize, usize, u64, usize, IgnoredAny, u32);

/// Other regions are gaps, and what a macro is replaced by.
const CODE: u32 = 0;

impl Export {
    /// The files of that folder, each with a first line of code that never ran.
    pub fn never_ran(&self, source: &Path) -> BTreeSet<(PathBuf, usize)> {
        let mut counts = BTreeMap::new();
        for function in self.data.iter().flat_map(|data| &data.functions) {
            for &Region(line, column, last_line, last_column, count, file, _, kind) in &function.regions {
                let file = &function.filenames[file];
                if kind == CODE && file.starts_with(source) {
                    // A function has an instance for each type that it is used with.
                    let span = (file, line, column, last_line, last_column);
                    *counts.entry(span).or_insert(0) += u128::from(count);
                }
            }
        }
        let never = counts.into_iter().filter(|&(_, count)| count == 0);
        never.map(|((file, line, ..), _)| (file.clone(), line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn never_ran(functions: &str) -> Vec<(PathBuf, usize)> {
        let text = format!(r#"{{"data": [{{"functions": [{functions}]}}]}}"#);
        let export: Export = serde_json::from_str(&text).expect("is a report");
        export.never_ran(Path::new("/driver")).into_iter().collect()
    }

    #[test]
    fn what_ran_in_one_instance_ran() {
        let instance =
            |count| format!(r#"{{"filenames": ["/driver/a.rs"], "regions": [[7, 1, 9, 2, {count}, 0, 0, 0]]}}"#);
        assert_eq!(never_ran(&instance(0)), [("/driver/a.rs".into(), 7)]);
        assert_eq!(never_ran(&[instance(0), instance(3)].join(",")), []);
    }

    #[test]
    fn gaps_and_files_of_others_are_left_out() {
        let regions = "[[1, 1, 2, 2, 0, 0, 0, 3], [3, 1, 4, 2, 0, 1, 0, 0]]";
        let function = format!(r#"{{"filenames": ["/driver/a.rs", "/kernel/b.rs"], "regions": {regions}}}"#);
        assert_eq!(never_ran(&function), []);
    }
}
