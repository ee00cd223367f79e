// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where in the source a frame of the kernel's is: `chardev_ioctl+0x10/0x40 [chardev]` with its file and line.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;

use rustc_demangle::try_demangle;

use crate::debug_info::{DebugInfo, Location};
use crate::frame::Frame;

/// Debug information of the kernel and its modules.
pub struct Symbols {
    /// Folders with a `vmlinux` or `.ko` files in them.
    folders: Vec<PathBuf>,
    /// Those that were looked for, by the names of their files.
    files: HashMap<String, Option<DebugInfo>>,
}

impl Symbols {
    /// Nothing is read until a frame asks for it.
    pub fn new(folders: &[PathBuf]) -> Self {
        Self { folders: folders.to_owned(), files: HashMap::new() }
    }

    /// The line, with the place of the frame in it if it has one that is known.
    pub fn annotate(&mut self, line: String) -> String {
        match Frame::find(&line).and_then(|frame| Some((frame.end, self.describe(&frame)?))) {
            Some((end, description)) => format!("{} ({description}){}", &line[..end], &line[end..]),
            None => line,
        }
    }

    /// An address in the kernel itself, as the kernel prints it; as a number if that is not known.
    pub fn name(&mut self, address: u64) -> String {
        let kernel = self.info("vmlinux".to_owned());
        kernel.and_then(|kernel| kernel.name(address)).unwrap_or_else(|| format!("{address:#x}"))
    }

    fn describe(&mut self, frame: &Frame<'_>) -> Option<String> {
        let file = frame.module.map_or("vmlinux".to_owned(), |module| format!("{module}.ko"));
        let places = self.info(file)?.locate(frame.function, frame.size, frame.address_offset())?;
        let mut text = try_demangle(frame.function).map_or(String::new(), |name| format!("{name:#} at "));
        for (index, Location { file, line }) in places.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", inlined at " };
            // Writing to a string does not fail.
            let _ = write!(text, "{separator}{file}:{line}");
        }
        Some(text)
    }

    fn info(&mut self, file: String) -> Option<&DebugInfo> {
        let Self { folders, files } = self;
        let info = files.entry(file).or_insert_with_key(|file| {
            // What cannot be read is as good as not there: the report is what counts.
            folders.iter().find_map(|folder| DebugInfo::read(&folder.join(file)).ok())
        });
        info.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_debug_information_a_line_stays_as_it_is() {
        let line = "[    0.1]  f+0x10/0x40 [chardev] (P)";
        assert_eq!(Symbols::new(&[]).annotate(line.to_owned()), line);
        assert_eq!(Symbols::new(&[]).name(0xffff_8000_8000_0000), "0xffff800080000000");
    }
}
