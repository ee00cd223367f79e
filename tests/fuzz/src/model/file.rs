// SPDX-License-Identifier: MIT OR Apache-2.0

//! An open file, as the header describes it: a buffer, and a position in it.

use chardev_abi::FILE_SIZE;
use nix::errno::Errno;
use nix::libc::{SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET};

use crate::operation::{Access, Segment};

/// An open file.
pub struct File {
    pub minor: usize,
    /// The process that opened it.
    pub opener: usize,
    pub access: Access,
    pub append: bool,
    pub nonblock: bool,
    /// The number of the latest SET that the file told of.
    pub told: u64,
    buffer: Vec<u8>,
    position: i64,
}

impl File {
    /// One that was just opened.
    pub fn new(minor: usize, opener: usize, access: Access, told: u64) -> Self {
        Self {
            minor,
            opener,
            access,
            append: false,
            nonblock: false,
            told,
            buffer: b"helloworld".to_vec(),
            position: 0,
        }
    }

    /// The bytes that there are at `at` or the position, as far as they find room.
    pub fn read(&mut self, at: Option<i64>, segments: &[Segment]) -> Result<Vec<u8>, Errno> {
        if self.access == Access::Write {
            return Err(Errno::EBADF);
        }
        let start = self.start(at, segments)?;
        let bytes = usize::try_from(start).ok().and_then(|start| self.buffer.get(start..)).unwrap_or_default();
        let count = transfer(segments, bytes.len())?;
        let bytes = bytes[..count].to_vec();
        if at.is_none() {
            self.position += count as i64;
        }
        Ok(bytes)
    }

    /// Stores bytes at `at`, the position or the end, as far as there is room. Returns how many.
    pub fn write(&mut self, at: Option<i64>, segments: &[Segment], first: u8) -> Result<usize, Errno> {
        if self.access == Access::Read {
            return Err(Errno::EBADF);
        }
        let start = self.start(at, segments)?;
        if length(segments) == 0 {
            return Ok(0);
        }
        let start = if self.append { self.buffer.len() as i64 } else { start };
        let start = usize::try_from(start).ok().filter(|start| *start < FILE_SIZE).ok_or(Errno::ENOSPC)?;
        let count = transfer(segments, FILE_SIZE - start)?;
        let end = start + count;
        self.buffer.resize(self.buffer.len().max(end), 0);
        for (byte, value) in self.buffer[start..end].iter_mut().zip(bytes_from(first)) {
            *byte = value;
        }
        if at.is_none() {
            self.position = end as i64;
        }
        Ok(count)
    }

    /// Moves the position. Returns it.
    pub fn seek(&mut self, offset: i64, whence: i32) -> Result<i64, Errno> {
        let end = self.buffer.len() as i64;
        let beyond = !(0..end).contains(&offset);
        let position = match whence {
            SEEK_SET => offset,
            SEEK_CUR => self.position.wrapping_add(offset),
            SEEK_END => end.wrapping_add(offset),
            SEEK_DATA | SEEK_HOLE if beyond => return Err(Errno::ENXIO),
            SEEK_DATA => offset,
            SEEK_HOLE => end,
            _ => return Err(Errno::EINVAL),
        };
        if !(0..=FILE_SIZE as i64).contains(&position) {
            return Err(Errno::EINVAL);
        }
        self.position = position;
        Ok(position)
    }

    /// Where a read or write starts, of which the last byte is to have a number.
    fn start(&self, at: Option<i64>, segments: &[Segment]) -> Result<i64, Errno> {
        let start = at.unwrap_or(self.position);
        start.checked_add(length(segments) as i64).map(|_| start).ok_or(Errno::EINVAL)
    }
}

/// The bytes that a write is made of.
pub fn bytes_from(first: u8) -> impl Iterator<Item = u8> {
    (0..=u8::MAX).cycle().skip(first.into())
}

fn length(segments: &[Segment]) -> usize {
    segments.iter().map(|segment| segment.length).sum()
}

/// How many of `wanted` bytes are copied before there is no memory any more.
fn transfer(segments: &[Segment], wanted: usize) -> Result<usize, Errno> {
    let usable = segments.iter().filter(|segment| segment.length != 0).take_while(|segment| segment.mapped);
    let room: usize = usable.map(|segment| segment.length).sum();
    match room.min(wanted) {
        0 if wanted.min(length(segments)) != 0 => Err(Errno::EFAULT),
        count => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        File::new(0, 0, Access::Both, 0)
    }

    fn of(length: usize) -> [Segment; 1] {
        [Segment { length, mapped: true }]
    }

    #[test]
    fn starts_with_the_greeting() {
        let mut file = file();
        assert_eq!(file.read(None, &of(4)), Ok(b"hell".to_vec()));
        assert_eq!(file.read(None, &of(400)), Ok(b"oworld".to_vec()));
        assert_eq!(file.read(None, &of(400)), Ok(vec![]));
    }

    #[test]
    fn what_is_skipped_is_zero() {
        let mut file = file();
        assert_eq!(file.write(Some(12), &of(2), b'x'), Ok(2));
        assert_eq!(file.read(None, &of(400)), Ok(b"helloworld\0\0xy".to_vec()));
    }

    #[test]
    fn is_no_longer_than_the_limit() {
        let mut file = file();
        assert_eq!(file.write(Some(250), &of(10), 0), Ok(6));
        assert_eq!(file.write(Some(256), &of(1), 0), Err(Errno::ENOSPC));
        assert_eq!(file.write(Some(256), &of(0), 0), Ok(0));
        assert_eq!(file.write(Some(i64::MAX - 1), &of(1), 0), Err(Errno::ENOSPC));
        assert_eq!(file.write(Some(i64::MAX), &of(1), 0), Err(Errno::EINVAL));
    }

    #[test]
    fn appends_wherever_the_position_is() {
        let mut file = file();
        file.append = true;
        assert_eq!(file.write(None, &of(1), b'!'), Ok(1));
        assert_eq!(file.seek(0, SEEK_CUR), Ok(11));
        assert_eq!(file.write(Some(0), &of(1), b'?'), Ok(1));
        assert_eq!(file.seek(0, SEEK_CUR), Ok(11));
        assert_eq!(file.read(Some(0), &of(400)), Ok(b"helloworld!?".to_vec()));
    }

    #[test]
    fn stops_where_there_is_no_memory() {
        let bad = Segment { length: 4, mapped: false };
        let good = Segment { length: 4, mapped: true };
        let mut file = file();
        assert_eq!(file.read(None, &[good, bad]), Ok(b"hell".to_vec()));
        assert_eq!(file.read(None, &[bad, good]), Err(Errno::EFAULT));
        assert_eq!(file.write(Some(254), &[good, bad], 0), Ok(2));
        assert_eq!(file.read(Some(256), &[bad]), Ok(vec![]));
        assert_eq!(file.write(Some(256), &[bad], 0), Err(Errno::ENOSPC));
    }

    #[test]
    fn seeks_within_the_limit() {
        let mut file = file();
        assert_eq!(file.seek(256, SEEK_SET), Ok(256));
        assert_eq!(file.seek(1, SEEK_CUR), Err(Errno::EINVAL));
        assert_eq!(file.seek(i64::MAX, SEEK_CUR), Err(Errno::EINVAL));
        assert_eq!(file.seek(-10, SEEK_END), Ok(0));
        assert_eq!(file.seek(3, SEEK_DATA), Ok(3));
        assert_eq!(file.seek(3, SEEK_HOLE), Ok(10));
        assert_eq!(file.seek(10, SEEK_DATA), Err(Errno::ENXIO));
        assert_eq!(file.seek(0, 5), Err(Errno::EINVAL));
        assert_eq!(file.seek(0, SEEK_CUR), Ok(10));
    }

    #[test]
    fn is_only_what_it_was_opened_for() {
        assert_eq!(File::new(0, 0, Access::Write, 0).read(None, &of(1)), Err(Errno::EBADF));
        assert_eq!(File::new(0, 0, Access::Read, 0).write(None, &of(1), 0), Err(Errno::EBADF));
    }
}
