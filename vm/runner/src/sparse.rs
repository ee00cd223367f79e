// SPDX-License-Identifier: MIT OR Apache-2.0

//! Files that hold little of what their size says.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsRawFd;
use std::path::Path;

use nix::errno::Errno;
use nix::unistd::{lseek64, Whence};

/// Copies a file, and leaves its holes what they are: a copy of all would have to be written to the disk.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::create(to)?;
    let size = source.metadata()?.len();
    target.set_len(size)?;
    let mut end = 0;
    while let Some(start) = seek(&source, end, Whence::SeekData)? {
        end = seek(&source, start, Whence::SeekHole)?.unwrap_or(size);
        source.seek(SeekFrom::Start(start))?;
        target.seek(SeekFrom::Start(start))?;
        io::copy(&mut (&source).take(end - start), &mut target)?;
    }
    Ok(())
}

/// Where the next of these is, if there is one.
fn seek(file: &File, from: u64, to: Whence) -> io::Result<Option<u64>> {
    match lseek64(file.as_raw_fd(), from as i64, to) {
        Ok(found) => Ok(Some(found.unsigned_abs())),
        Err(Errno::ENXIO) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileExt, MetadataExt};

    use temporary::Directory;

    use super::*;

    #[test]
    fn a_copy_has_the_bytes_and_the_holes() {
        const SIZE: u64 = 64 << 20;
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        let (from, to) = (folder.join("from"), folder.join("to"));
        let file = File::create(&from).expect("make a file");
        file.set_len(SIZE).expect("make it large");
        file.write_all_at(b"first", 0).expect("write");
        file.write_all_at(b"middle", SIZE / 2 - 3).expect("write");
        file.write_all_at(b"last", SIZE - 4).expect("write");
        copy(&from, &to).expect("copy");
        assert!(fs::read(&from).expect("read") == fs::read(&to).expect("read"), "they differ");
        let blocks = |path| fs::metadata(path).expect("look at a file").blocks();
        assert!(blocks(&to) <= blocks(&from), "{} of {}", blocks(&to), blocks(&from));
    }

    #[test]
    fn a_file_that_is_all_hole_is_copied_too() {
        let folder = Directory::new("ferrite").expect("make a temporary folder");
        let (from, to) = (folder.join("from"), folder.join("to"));
        File::create(&from).and_then(|file| file.set_len(5000)).expect("make a file");
        copy(&from, &to).expect("copy");
        assert_eq!(fs::read(&to).expect("read"), [0; 5000]);
    }
}
