// SPDX-License-Identifier: MIT OR Apache-2.0

//! A small signed archive, for the tests of what reads one. `data/make-archive.sh` made it.

use std::fs;
use std::path::Path;

/// Copies the archive into a folder, for a test to tamper with: `debian`, which a mirror would have, as it is `later`, and the keyrings
/// of who signed it and of a stranger.
///
/// # Panics
///
/// Where that fails.
pub fn copy_to(folder: &Path) {
    // Tests run in the folder of their package, which is beside this one.
    copy(Path::new("../test-archive/data"), folder);
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("list a folder of the archive") {
        let from = entry.expect("list a folder of the archive").path();
        let to = to.join(from.file_name().expect("has a name"));
        if from.is_dir() {
            fs::create_dir(&to).expect("make a folder");
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("copy a file");
        }
    }
}
