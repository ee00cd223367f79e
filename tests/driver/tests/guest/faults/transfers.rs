// SPDX-License-Identifier: MIT OR Apache-2.0

//! Bytes into and out of the buffer: in the middle of them, a fault makes the count smaller.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::fcntl::{self, SpliceFFlags};
use nix::sys::{sendfile as sys_sendfile, uio};
use nix::unistd::{self, pipe, Whence};

use super::{Device, COPIES, COPIES_AND_ALLOCATES};
use crate::support::fault::{every_fault, failed_pages, Fault};

/// More than the kernel keeps on its stack (`UIO_FASTIOV`), so that it allocates.
const PIECES: usize = 10;

impl Device {
    fn seek(&self, position: i64) {
        unistd::lseek(self.file.as_raw_fd(), position, Whence::SeekSet).expect("seek");
    }

    fn position(&self) -> i64 {
        unistd::lseek(self.file.as_raw_fd(), 0, Whence::SeekCur).expect("ask for the position")
    }

    /// The number after that name in the statistics.
    fn counted(&self, name: &str) -> usize {
        let processes = self.quiet().processes;
        let word = processes.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        word.expect("is among the statistics").parse().expect("is a number")
    }

    /// Fills the buffer again, and goes to its start.
    fn rewind(&self) {
        assert_eq!(uio::pwrite(&self.file, b"helloworld", 0), Ok(10));
        self.seek(0);
    }
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn read() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        device.rewind();
        let mut buffer = [0; 100];
        let call = || fault.inject(|| unistd::read(device.file.as_raw_fd(), &mut buffer));
        device.whole_or_not_at_all(call).map(|length| {
            assert_eq!(&buffer[..length], b"helloworld");
            assert_eq!(device.position(), 10);
        })
    });
    assert_eq!(errors, COPIES);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn readv() {
    piece_by_piece("bytes_out", |device, fault| {
        let mut buffer = [0; PIECES];
        let mut pieces: Vec<_> = buffer.chunks_mut(1).map(IoSliceMut::new).collect();
        let result = fault.inject(|| uio::readv(&device.file, &mut pieces));
        let length = result.unwrap_or(0);
        assert_eq!(buffer[..length], b"helloworld"[..length]);
        assert_eq!(buffer[length..], [0; PIECES][length..]);
        result
    });
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn write() {
    let device = Device::new();
    let errors = every_fault(|fault| {
        device.rewind();
        let call = || fault.inject(|| unistd::write(&device.file, b"HELLO"));
        device.whole_or_not_at_all(call).map(|length| {
            assert_eq!((length, device.position()), (5, 5));
            assert_eq!(device.loud().content, b"HELLOworld");
        })
    });
    assert_eq!(errors, COPIES);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn writev() {
    piece_by_piece("bytes_in", |device, fault| {
        let pieces: Vec<_> = b"HELLOWORLD".chunks(1).map(IoSlice::new).collect();
        let result = fault.inject(|| uio::writev(&device.file, &pieces));
        let length = result.unwrap_or(0);
        assert_eq!(device.loud().content, [&b"HELLOWORLD"[..length], &b"helloworld"[length..]].concat());
        result
    });
}

/// Each piece is the one that fails; those before it are transferred, and counted in the statistics under that name.
#[track_caller]
fn piece_by_piece(counter: &str, mut transfer: impl FnMut(&Device, &Fault) -> nix::Result<usize>) {
    let device = Device::new();
    let mut lengths = Vec::new();
    let errors = every_fault(|fault| {
        device.rewind();
        let before = device.counted(counter);
        let result = transfer(&device, fault);
        let length = result.unwrap_or(0);
        assert_eq!(device.counted(counter), before + length);
        assert_eq!(device.position(), length as i64);
        lengths.push(length);
        result.map(drop)
    });
    assert_eq!(errors, COPIES_AND_ALLOCATES);
    assert!((0..=PIECES).all(|length| lengths.contains(&length)), "{lengths:?}");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn splice_from_the_device() {
    let device = Device::new();
    let (end, pipe) = pipe().expect("make a pipe");
    let errors = every_fault(|fault| {
        device.rewind();
        let call = || fault.inject(|| fcntl::splice(&device.file, None, &pipe, None, 100, SpliceFFlags::empty()));
        device.whole_or_not_at_all(call).map(|length| {
            assert_eq!((length, device.position()), (10, 10));
            assert_eq!(unistd::read(end.as_raw_fd(), &mut [0; 100]), Ok(10));
        })
    });
    assert_eq!(errors, [Errno::ENOMEM]);
    // What is spliced is in pages of its own.
    assert_ne!(failed_pages(), 0, "no allocation of a page has failed");
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn splice_to_the_device() {
    let device = Device::new();
    let (end, pipe) = pipe().expect("make a pipe");
    let errors = every_fault(|fault| {
        device.rewind();
        unistd::write(&pipe, b"spliced").expect("fill the pipe");
        let call = || fault.inject(|| fcntl::splice(&end, None, &device.file, None, 7, SpliceFFlags::empty()));
        let result = device.whole_or_not_at_all(call);
        let left =
            if result.is_ok() { 0 } else { unistd::read(end.as_raw_fd(), &mut [0; 100]).expect("empty the pipe") };
        assert_eq!(result.unwrap_or(0) + left, 7, "bytes are lost");
        result.map(|length| assert_eq!((length, device.position()), (7, 7)))
    });
    assert_eq!(errors, [Errno::ENOMEM]);
}

#[test]
#[ignore = "takes the debug kernel"]
pub fn sendfile() {
    let device = Device::new();
    let (end, pipe) = pipe().expect("make a pipe");
    let errors = every_fault(|fault| {
        device.rewind();
        let call = || fault.inject(|| sys_sendfile::sendfile(&pipe, &device.file, None, 100));
        device.whole_or_not_at_all(call).map(|length| {
            assert_eq!((length, device.position()), (10, 10));
            assert_eq!(unistd::read(end.as_raw_fd(), &mut [0; 100]), Ok(10));
        })
    });
    assert_eq!(errors, [Errno::ENOMEM]);
}
