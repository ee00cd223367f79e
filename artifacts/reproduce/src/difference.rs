// SPDX-License-Identifier: MIT OR Apache-2.0

//! In what two outputs differ.

use std::path::Path;
use std::process::Command;

use explained::Error;

use crate::subject::Output;

/// Of which debug information would take tens of thousands of lines. In bytes.
const LONGEST_REPORT: &str = "20000";

/// diffoscope's report. It ends with 1 where there is one.
pub fn explain(diffoscope: &Path, first: &Output, second: &Output) -> Result<String, Error> {
    let doing = format!("say in what {} and {} differ", first.path, second.path);
    let remedy = "name the diffoscope command with --diffoscope, or compare the two by hand";
    let ended = Command::new(diffoscope)
        .args(["--no-progress", "--exclude-directory-metadata=yes"])
        .args(["--max-text-report-size", LONGEST_REPORT, "--text", "-", &first.path, &second.path])
        // On a terminal, it looks for what that terminal can do.
        .output()
        .map_err(|cause| Error::new(&doing, format!("{} does not start: {cause}", diffoscope.display()), remedy))?;
    match ended.status.code() {
        Some(1) => Ok(String::from_utf8_lossy(&ended.stdout).into_owned()),
        Some(0) => Err(Error::new(&doing, "diffoscope sees no difference, though their hashes differ", remedy)),
        _ => {
            let complaint = String::from_utf8_lossy(&ended.stderr);
            Err(Error::new(
                &doing,
                format!("diffoscope ended with {}:\n{}", ended.status, complaint.trim_end()),
                remedy,
            ))
        }
    }
}
