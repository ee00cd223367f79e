// SPDX-License-Identifier: MIT OR Apache-2.0

//! An open file, as the header describes it: a buffer, and a position in it.

use std::ops::Range;

use chardev_abi::FILE_SIZE;
use nix::errno::Errno;
use nix::libc::{SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET};

use crate::operation::{Access, Segment};

/// What every file starts with.
const GREETING: &[u8] = b"helloworld";

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
    /// Whether others use it that the model does not know of.
    pub is_shared: bool,
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
            is_shared: false,
            buffer: GREETING.to_vec(),
            position: 0,
        }
    }

    /// The bytes that there are at `at` or the position, as far as they find room.
    pub fn read(&mut self, at: Option<i64>, segments: &[Segment]) -> Result<Vec<u8>, Errno> {
        if self.access == Access::Write {
            return Err(Errno::EBADF);
        }
        let bytes = self.buffer[self.place().read(at, segments)?].to_vec();
        if at.is_none() {
            self.position += bytes.len() as i64;
        }
        Ok(bytes)
    }

    /// Stores bytes at `at`, the position or the end, as far as there is room. Returns how many.
    pub fn write(&mut self, at: Option<i64>, segments: &[Segment], first: u8) -> Result<usize, Errno> {
        if self.access == Access::Read {
            return Err(Errno::EBADF);
        }
        let place = self.place().write(at, segments)?;
        let (count, end) = (place.len(), place.end);
        if count == 0 {
            return Ok(0);
        }
        self.buffer.resize(self.buffer.len().max(end), 0);
        for (byte, value) in self.buffer[place].iter_mut().zip(bytes_from(first)) {
            *byte = value;
        }
        if at.is_none() {
            self.position = end as i64;
        }
        Ok(count)
    }

    /// Moves the position. Returns it.
    pub fn seek(&mut self, offset: i64, whence: i32) -> Result<i64, Errno> {
        self.position = self.place().seek(offset, whence)?;
        Ok(self.position)
    }

    fn place(&self) -> Place {
        Place { position: self.position, end: self.buffer.len(), append: self.append }
    }
}

/// What of a file decides how many bytes are read and written, and where.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    position: i64,
    end: usize,
    append: bool,
}

impl Place {
    /// Where a file can be that others move and write too, as far as one call can tell.
    pub fn all() -> impl Iterator<Item = Self> {
        // How far a call can go from the position, then where the file ends: no answer depends on both.
        let positions = (0..=FILE_SIZE).map(|position| (position as i64, FILE_SIZE));
        let ends = (GREETING.len()..=FILE_SIZE).map(|end| (0, end));
        let places = positions.chain(ends);
        places.flat_map(|(position, end)| [false, true].map(|append| Self { position, end, append }))
    }

    /// Which bytes are read.
    pub fn read(self, at: Option<i64>, segments: &[Segment]) -> Result<Range<usize>, Errno> {
        let start = usize::try_from(self.start(at, segments)?).map_or(self.end, |start| start.min(self.end));
        Ok(start..start + transfer(segments, self.end - start)?)
    }

    /// Which are written.
    pub fn write(self, at: Option<i64>, segments: &[Segment]) -> Result<Range<usize>, Errno> {
        let start = self.start(at, segments)?;
        if length(segments) == 0 {
            return Ok(0..0);
        }
        let start = if self.append { self.end as i64 } else { start };
        let start = usize::try_from(start).ok().filter(|start| *start < FILE_SIZE).ok_or(Errno::ENOSPC)?;
        Ok(start..start + transfer(segments, FILE_SIZE - start)?)
    }

    /// Where the position moves to.
    pub fn seek(self, offset: i64, whence: i32) -> Result<i64, Errno> {
        let end = self.end as i64;
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
        (0..=FILE_SIZE as i64).contains(&position).then_some(position).ok_or(Errno::EINVAL)
    }

    /// Where a read or write starts, of which the last byte is to have a number.
    fn start(self, at: Option<i64>, segments: &[Segment]) -> Result<i64, Errno> {
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
    fn no_place_is_missing() {
        let assert_found = |place: Place, answer: &dyn Fn(Place) -> Result<i64, Errno>| {
            assert!(Place::all().any(|other| answer(other) == answer(place)), "{place:?}: {:?}", answer(place));
        };
        let count = |bytes: Range<usize>| bytes.len() as i64;
        let ends = [10, 20, 200, 256];
        for (position, end) in [0, 7, 100, 256].into_iter().flat_map(|position| ends.map(|end| (position, end))) {
            for append in [false, true] {
                let place = Place { position, end, append };
                for at in [None, Some(5), Some(150)] {
                    for segments in [0, 1, 9, 300].map(of) {
                        assert_found(place, &|place| place.read(at, &segments).map(count));
                        assert_found(place, &|place| place.write(at, &segments).map(count));
                    }
                }
                for whence in SEEK_SET..=SEEK_HOLE {
                    assert_found(place, &|place| place.seek(-3, whence));
                    assert_found(place, &|place| place.seek(15, whence));
                }
            }
        }
    }

    #[test]
    fn is_only_what_it_was_opened_for() {
        assert_eq!(File::new(0, 0, Access::Write, 0).read(None, &of(1)), Err(Errno::EBADF));
        assert_eq!(File::new(0, 0, Access::Read, 0).write(None, &of(1), 0), Err(Errno::EBADF));
    }
}
