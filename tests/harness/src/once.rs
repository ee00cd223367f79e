// SPDX-License-Identifier: MIT OR Apache-2.0

//! What one process of a run finds out, for all of them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use nix::fcntl::{Flock, FlockArg};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::run::Run;
use crate::Error;

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    run: Run,
    found: T,
}

/// What was found out in this run, from the file. The first process that asks finds it out, given what is there of an earlier run; the
/// others wait for it.
///
/// # Errors
///
/// It cannot be found out, or the file cannot be kept.
pub fn a_run<T: Serialize + DeserializeOwned>(
    file: &Path,
    find_out: impl FnOnce(Option<T>) -> Result<T, Error>,
) -> Result<T, Error> {
    let cannot = |error: io::Error| {
        let remedy = format!("check the folder of {}", file.display());
        Error::new("keep what a run of the tests found out", error, remedy)
    };
    let run = Run::current().map_err(cannot)?;
    let mut file = open(file).map_err(cannot)?;
    // Whole: serde would read it byte by byte.
    let mut text = Vec::new();
    file.read_to_end(&mut text).map_err(cannot)?;
    // What cannot be understood is of another version of this program.
    let previous: Option<Kept<T>> = serde_json::from_slice(&text).ok();
    let found = match previous {
        Some(kept) if kept.run == run => return Ok(kept.found),
        previous => find_out(previous.map(|kept| kept.found))?,
    };
    let kept = Kept { run, found };
    let text = serde_json::to_vec(&kept).map_err(|error| cannot(error.into()))?;
    file.rewind().and_then(|()| file.set_len(0)).and_then(|()| file.write_all(&text)).map_err(cannot)?;
    Ok(kept.found)
}

/// Opens a file to read and to change, for one process at a time.
fn open(path: &Path) -> io::Result<Flock<File>> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, errno)| errno.into())
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::path::PathBuf;

    use super::*;

    /// A file of this process's that is not there yet.
    fn file(name: &str) -> PathBuf {
        let file = env::temp_dir().join(format!("ferrite-{}", std::process::id())).join(name);
        let _ = fs::remove_file(&file);
        file
    }

    #[test]
    fn it_is_found_out_once_and_again_after_an_error() {
        let file = file("once");
        let failed = a_run(&file, |previous: Option<u32>| {
            assert_eq!(previous, None);
            Err(Error::new("count", "there is nothing", "wait"))
        });
        assert!(failed.is_err());
        assert_eq!(a_run(&file, |_| Ok(1)).ok(), Some(1));
        assert_eq!(a_run(&file, |_: Option<u32>| panic!("it is known")).ok(), Some(1));
    }

    #[test]
    fn what_an_earlier_run_found_is_handed_on() {
        let file = file("earlier");
        a_run(&file, |_| Ok(1)).expect("it is found out");
        let text = fs::read_to_string(&file).expect("read the file");
        let earlier = text.replacen(r#""pid":"#, r#""pid":1"#, 1);
        fs::write(&file, earlier).expect("write the file");
        let found = a_run(&file, |previous: Option<u32>| Ok(previous.unwrap_or_default() + 1));
        assert_eq!(found.ok(), Some(2));
    }
}
