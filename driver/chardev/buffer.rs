// SPDX-License-Identifier: GPL-2.0

//! The buffer that an open file reads and writes.

use super::uapi::CHARDEV_BUFFER_MAX;
use kernel::{
    fs::file::Offset,
    iov::{
        IovIterDest,
        IovIterSource, //
    },
    prelude::*, //
};

/// What every open file finds in its buffer.
const GREETING: &[u8] = b"helloworld";

/// A file of at most [`CHARDEV_BUFFER_MAX`] bytes, in memory.
///
/// It behaves as any other file: it is as long as what was written, and what was skipped by writing
/// past its end reads as zero.
///
/// # Invariants
///
/// `len` is at most [`CHARDEV_BUFFER_MAX`]. All bytes from `len` on are zero.
pub(crate) struct Buffer {
    bytes: [u8; CHARDEV_BUFFER_MAX],
    len: usize,
}

impl Buffer {
    /// Makes the buffer of a file that was just opened.
    pub(crate) fn new() -> Self {
        let mut bytes = [0; CHARDEV_BUFFER_MAX];
        bytes[..GREETING.len()].copy_from_slice(GREETING);

        // INVARIANT: The bytes after the greeting are zero.
        Self {
            bytes,
            len: GREETING.len(),
        }
    }

    /// Returns where the file ends.
    pub(crate) fn end(&self) -> Offset {
        self.len as Offset
    }

    /// Reads at `position`, which moves on, and returns how many bytes were read.
    ///
    /// # Errors
    ///
    /// [`EFAULT`] if there is something to read, and no byte of it can be copied.
    pub(crate) fn read(
        &self,
        position: &mut Offset,
        destination: &mut IovIterDest<'_>,
    ) -> Result<usize> {
        let wanted = !destination.is_empty();
        let remains = *position < self.end();

        match destination.simple_read_from_buffer(position, &self.bytes[..self.len])? {
            0 if wanted && remains => Err(EFAULT),
            count => Ok(count),
        }
    }

    /// Writes at `position`, which moves on, and returns how many bytes were written: fewer than
    /// `source` has if there is no room for more, or if no more can be copied.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`] if `position` is negative.
    /// - [`ENOSPC`] if there is something to write, and no room for a byte of it.
    /// - [`EFAULT`] if there is something to write, and no byte of it can be copied.
    pub(crate) fn write(
        &mut self,
        position: &mut Offset,
        source: &mut IovIterSource<'_>,
    ) -> Result<usize> {
        if *position < 0 {
            return Err(EINVAL);
        }
        if source.is_empty() {
            return Ok(0);
        }
        let start = usize::try_from(*position).map_err(|_| ENOSPC)?;
        let room = self.bytes.get_mut(start..).ok_or(ENOSPC)?;
        if room.is_empty() {
            return Err(ENOSPC);
        }

        // A copy that faults half way may have stored more than it says, so it does not go to the
        // buffer itself.
        let mut incoming = [0; CHARDEV_BUFFER_MAX];
        let count = source.copy_from_iter(&mut incoming[..room.len()]);
        if count == 0 {
            return Err(EFAULT);
        }
        room[..count].copy_from_slice(&incoming[..count]);

        // INVARIANT: `count` is at most the length of `room`, which ends with the buffer. Bytes from
        // the new `len` on were not written.
        self.len = self.len.max(start + count);
        *position += count as Offset;
        Ok(count)
    }
}
