// SPDX-License-Identifier: MIT OR Apache-2.0

//! `licences <SUMS >licences.json` reads the copyright files that its input names, in lines as `sha256sum` writes them. The
//! folder of each has the package's name.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use licences::Licences;

fn main() -> Result<(), Box<dyn Error>> {
    let mut licences = Licences::default();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (sha256, path) = line.split_once("  ").ok_or_else(|| format!("no line of sha256sum: {line}"))?;
        let package =
            Path::new(path).parent().and_then(Path::file_name).ok_or_else(|| format!("in no folder: {path}"))?;
        // Some are older than UTF-8.
        let text = fs::read(path)?;
        licences.add(&package.to_string_lossy(), sha256, &String::from_utf8_lossy(&text))?;
    }
    serde_json::to_writer(io::stdout().lock(), &licences)?;
    Ok(())
}
