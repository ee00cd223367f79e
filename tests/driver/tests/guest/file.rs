// SPDX-License-Identifier: MIT OR Apache-2.0

//! The buffer of an open file: read, write, lseek and their relatives.

use std::fs::{File, OpenOptions};
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::fcntl::{splice, SpliceFFlags};
use nix::libc;
use nix::sys::sendfile::sendfile;
use nix::sys::uio::{pread, preadv, pwrite, readv, writev};
use nix::unistd::{ftruncate, lseek, pipe, read, write, Whence};

use crate::support::device::{open, open_with, path};
use crate::support::memory::{raw, Page, WILD};
use crate::support::module::fresh_driver;

const LIMIT: usize = 256;

/// All of the buffer. The position stays.
#[track_caller]
fn content(file: &File) -> Vec<u8> {
    let mut buffer = [0xaa; 2 * LIMIT];
    let length = pread(file, &mut buffer, 0).expect("read the buffer");
    buffer[..length].to_vec()
}

fn seek(file: &File, offset: i64, whence: Whence) -> nix::Result<i64> {
    lseek(file.as_raw_fd(), offset, whence)
}

#[track_caller]
fn position(file: &File) -> i64 {
    seek(file, 0, Whence::SeekCur).expect("ask for the position")
}

fn fresh() -> File {
    fresh_driver();
    open(0)
}

#[test]
fn starts_as_helloworld_and_ends_there() {
    let file = fresh();
    let mut buffer = [0; 100];
    assert_eq!(read(file.as_raw_fd(), &mut buffer), Ok(10));
    assert_eq!(&buffer[..10], b"helloworld");
    assert_eq!(read(file.as_raw_fd(), &mut buffer), Ok(0));
    assert_eq!(position(&file), 10);
}

#[test]
fn reads_go_on_where_the_last_one_ended() {
    let file = fresh();
    let mut buffer = [0; 4];
    for piece in [&b"hell"[..], b"owor", b"ld", b""] {
        let length = read(file.as_raw_fd(), &mut buffer).expect("read");
        assert_eq!(&buffer[..length], piece);
    }
}

#[test]
fn writes_go_on_where_the_last_one_ended() {
    let file = fresh();
    assert_eq!(write(&file, b"HE"), Ok(2));
    assert_eq!(write(&file, b"LLO"), Ok(3));
    assert_eq!(position(&file), 5);
    assert_eq!(content(&file), b"HELLOworld");
}

#[test]
fn each_open_has_its_own() {
    let file = fresh();
    write(&file, b"changed").expect("write");
    assert_eq!(content(&open(0)), b"helloworld");
    assert_eq!(content(&open(1)), b"helloworld");
    drop(file);
    assert_eq!(content(&open(0)), b"helloworld");
}

#[test]
fn a_gap_reads_as_zero() {
    let file = fresh();
    assert_eq!(pwrite(&file, b"abc", 20), Ok(3));
    assert_eq!(content(&file), b"helloworld\0\0\0\0\0\0\0\0\0\0abc");
}

#[test]
fn a_write_at_an_offset_leaves_the_position() {
    let file = fresh();
    seek(&file, 4, Whence::SeekSet).expect("seek");
    assert_eq!(pwrite(&file, b"J", 0), Ok(1));
    assert_eq!(position(&file), 4);
    assert_eq!(content(&file), b"Jelloworld");
}

#[test]
fn a_write_past_the_limit_is_cut() {
    let file = fresh();
    assert_eq!(pwrite(&file, &[b'y'; 2 * LIMIT], 0), Ok(LIMIT));
    assert_eq!(content(&file), [b'y'; LIMIT]);
    assert_eq!(pwrite(&file, b"0123456789", 250), Ok(6));
    assert_eq!(content(&file)[248..], *b"yy012345");
}

#[test]
fn a_write_with_no_room_is_refused() {
    let file = fresh();
    for offset in [256, 257, 1 << 32, i64::MAX - 1] {
        assert_eq!(pwrite(&file, b"x", offset), Err(Errno::ENOSPC), "at {offset}");
    }
    seek(&file, 256, Whence::SeekSet).expect("seek");
    assert_eq!(write(&file, b"x"), Err(Errno::ENOSPC));
    assert_eq!(write(&file, b""), Ok(0));
    assert_eq!(content(&file), b"helloworld");
}

#[test]
fn a_read_past_the_end_is_empty() {
    let file = fresh();
    for offset in [10, 11, 256, 1000, i64::MAX - 1] {
        assert_eq!(pread(&file, &mut [0; 1], offset), Ok(0), "at {offset}");
    }
}

#[test]
fn negative_offsets_are_refused() {
    let file = fresh();
    assert_eq!(pread(&file, &mut [0; 1], -1), Err(Errno::EINVAL));
    assert_eq!(pwrite(&file, b"x", -1), Err(Errno::EINVAL));
    assert_eq!(content(&file), b"helloworld");
}

#[test]
fn seeks_within_the_limit() {
    let file = fresh();
    assert_eq!(seek(&file, 256, Whence::SeekSet), Ok(256));
    assert_eq!(seek(&file, -6, Whence::SeekCur), Ok(250));
    assert_eq!(seek(&file, 0, Whence::SeekEnd), Ok(10));
    assert_eq!(seek(&file, -10, Whence::SeekEnd), Ok(0));
    assert_eq!(seek(&file, 246, Whence::SeekEnd), Ok(256));
    write(open(0), b"x").expect("write to another file");
    assert_eq!(position(&file), 256);
}

#[test]
fn seeks_elsewhere_are_refused_and_leave_the_position() {
    let file = fresh();
    seek(&file, 5, Whence::SeekSet).expect("seek");
    for (offset, whence) in [
        (257, Whence::SeekSet),
        (-1, Whence::SeekSet),
        (1 << 40, Whence::SeekSet),
        (i64::MIN, Whence::SeekSet),
        (252, Whence::SeekCur),
        (-6, Whence::SeekCur),
        (i64::MAX, Whence::SeekCur),
        (247, Whence::SeekEnd),
        (-11, Whence::SeekEnd),
        (i64::MAX, Whence::SeekEnd),
    ] {
        assert_eq!(seek(&file, offset, whence), Err(Errno::EINVAL), "{offset} {whence:?}");
        assert_eq!(position(&file), 5);
    }
}

#[test]
fn append_goes_to_the_end_wherever_the_position_is() {
    fresh_driver();
    let file = open_with(0, libc::O_APPEND);
    assert_eq!(write(&file, b"!!"), Ok(2));
    assert_eq!(position(&file), 12);
    seek(&file, 0, Whence::SeekSet).expect("seek");
    assert_eq!(write(&file, b"?"), Ok(1));
    assert_eq!(position(&file), 13);
    assert_eq!(content(&file), b"helloworld!!?");
    assert_eq!(write(&file, &[b'z'; 2 * LIMIT]), Ok(LIMIT - 13));
    assert_eq!(write(&file, b"x"), Err(Errno::ENOSPC));
}

#[test]
fn vectors() {
    let file = fresh();
    let pieces = [&b"one"[..], b"", b"two!"].map(IoSlice::new);
    assert_eq!(writev(&file, &pieces), Ok(7));
    seek(&file, 0, Whence::SeekSet).expect("seek");
    let (mut head, mut tail) = ([0; 3], [0; 100]);
    assert_eq!(readv(&file, &mut [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)]), Ok(10));
    assert_eq!((&head, &tail[..7]), (b"one", &b"two!rld"[..]));
    assert_eq!(preadv(&file, &mut [IoSliceMut::new(&mut head), IoSliceMut::new(&mut tail)], 8), Ok(2));
    assert_eq!(&head[..2], b"ld");
}

#[test]
fn vectors_are_cut_at_the_limit() {
    let file = fresh();
    let pieces = [&[b'a'; 200][..], &[b'b'; 200]].map(IoSlice::new);
    assert_eq!(writev(&file, &pieces), Ok(LIMIT));
    assert_eq!(content(&file), [&[b'a'; 200][..], &[b'b'; 56]].concat());
}

#[test]
fn splice_reads() {
    let file = fresh();
    let (end, pipe) = pipe().expect("make a pipe");
    assert_eq!(splice(&file, None, &pipe, None, 1000, SpliceFFlags::empty()), Ok(10));
    let mut buffer = [0; 100];
    assert_eq!(read(end.as_raw_fd(), &mut buffer), Ok(10));
    assert_eq!(&buffer[..10], b"helloworld");
    assert_eq!(position(&file), 10);
}

#[test]
fn splice_writes() {
    let file = fresh();
    let (end, pipe) = pipe().expect("make a pipe");
    write(&pipe, b"spliced").expect("fill the pipe");
    let mut offset = 3;
    assert_eq!(splice(&end, None, &file, Some(&mut offset), 7, SpliceFFlags::empty()), Ok(7));
    assert_eq!(offset, 10);
    assert_eq!(content(&file), b"helspliced");
}

#[test]
fn splice_loses_nothing_at_the_limit() {
    let file = fresh();
    let (end, pipe) = pipe().expect("make a pipe");
    write(&pipe, &[b'P'; 300]).expect("fill the pipe");
    let mut offset = 0;
    assert_eq!(splice(&end, None, &file, Some(&mut offset), 300, SpliceFFlags::empty()), Ok(LIMIT));
    let refused = splice(&end, None, &file, Some(&mut offset), 44, SpliceFFlags::empty());
    assert_eq!(refused, Err(Errno::ENOSPC));
    assert_eq!(read(end.as_raw_fd(), &mut [0; 2 * LIMIT]), Ok(44));
    assert_eq!(content(&file), [b'P'; LIMIT]);
}

#[test]
fn sendfile_reads() {
    let file = fresh();
    let (end, pipe) = pipe().expect("make a pipe");
    assert_eq!(sendfile(&pipe, &file, None, 1000), Ok(10));
    assert_eq!(read(end.as_raw_fd(), &mut [0; 100]), Ok(10));
}

#[test]
fn addresses_where_nothing_is() {
    let file = fresh();
    let page = Page::writable();
    for address in WILD.into_iter().chain([page.end()]) {
        assert_eq!(raw::pread(&file, address, 5, 0), Err(Errno::EFAULT), "read to {address:#x}");
        assert_eq!(raw::pwrite(&file, address, 5, 0), Err(Errno::EFAULT), "write from {address:#x}");
    }
    assert_eq!(content(&file), b"helloworld");
}

#[test]
fn a_read_to_read_only_memory_is_refused() {
    let file = fresh();
    let page = Page::read_only();
    assert_eq!(raw::pread(&file, page.start(), 5, 0), Err(Errno::EFAULT));
    assert_eq!(raw::pwrite(&file, page.start(), 5, 0), Ok(5));
    assert_eq!(content(&file), b"\0\0\0\0\0world");
}

#[test]
fn a_failed_read_leaves_the_position() {
    let file = fresh();
    // SAFETY: where the read goes to is a hole.
    let result = unsafe { libc::read(file.as_raw_fd(), Page::writable().end() as *mut libc::c_void, 5) };
    assert_eq!(Errno::result(result), Err(Errno::EFAULT));
    assert_eq!(position(&file), 0);
}

#[test]
fn a_read_that_runs_into_a_hole_tells_how_far_it_came() {
    let file = fresh();
    let page = Page::writable();
    let length = raw::pread(&file, page.end() - 3, 10, 0).expect("read a part");
    assert!((1..=3).contains(&length), "{length}");
    assert_eq!(raw::pwrite(&file, page.end() - 3, length, 20), Ok(length));
    assert_eq!(content(&file)[20..], b"hel"[..length]);
}

#[test]
fn a_write_that_runs_into_a_hole_writes_what_it_tells() {
    let file = fresh();
    let page = Page::writable();
    let length = raw::pwrite(&file, page.end() - 2, 10, 0).expect("write a part");
    assert!((1..=2).contains(&length), "{length}");
    let expected = [&[0; 2][..length], &b"helloworld"[length..]].concat();
    assert_eq!(content(&file), expected);
}

#[test]
fn read_only_and_write_only_files() {
    fresh_driver();
    let read_only = OpenOptions::new().read(true).open(path(0)).expect("open to read");
    let write_only = OpenOptions::new().write(true).open(path(0)).expect("open to write");
    assert_eq!(write(&read_only, b"x"), Err(Errno::EBADF));
    assert_eq!(read(write_only.as_raw_fd(), &mut [0; 1]), Err(Errno::EBADF));
    assert_eq!(write(&write_only, b"x"), Ok(1));
    assert_eq!(content(&read_only), b"helloworld");
}

#[test]
fn cannot_be_truncated() {
    fresh_driver();
    let file = open_with(0, libc::O_TRUNC);
    assert_eq!(content(&file), b"helloworld");
    assert_eq!(ftruncate(&file, 0), Err(Errno::EINVAL));
    assert_eq!(content(&file), b"helloworld");
}
