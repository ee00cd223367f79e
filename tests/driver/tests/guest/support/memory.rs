// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory that programs hand to the kernel by mistake.

use std::num::NonZeroUsize;
use std::ptr::NonNull;

use nix::libc::{c_void, off_t};
use nix::sys::mman::{mmap_anonymous, mprotect, munmap, MapFlags, ProtFlags};

/// Of the guest's kernel.
pub const PAGE: usize = 4096;

/// Addresses that no user space access can succeed at: none, never mapped, the kernel's, the last.
pub const WILD: [usize; 5] = [0, PAGE / 2, 0xffff_0000_0000_0000, 0xffff_8000_8000_0000, usize::MAX];

/// One page of zeros, and a hole right after it.
pub struct Page(NonNull<c_void>);

impl Page {
    /// That can be read and written.
    pub fn writable() -> Self {
        Self::new(ProtFlags::PROT_READ | ProtFlags::PROT_WRITE)
    }

    /// That can only be read.
    pub fn read_only() -> Self {
        Self::new(ProtFlags::PROT_READ)
    }

    fn new(protection: ProtFlags) -> Self {
        let length = NonZeroUsize::new(2 * PAGE).expect("is not zero");
        // SAFETY: the kernel chooses an address where nothing else is.
        let start = unsafe { mmap_anonymous(None, length, ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE) };
        let start = start.expect("map two pages");
        // SAFETY: the page was mapped just now, and nothing refers to it.
        unsafe { mprotect(start, PAGE, protection) }.expect("make a page accessible");
        Self(start)
    }

    /// Where it starts.
    pub fn start(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// Where the hole starts.
    pub fn end(&self) -> usize {
        self.start() + PAGE
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: the two pages are this value's, and nothing refers to them any more.
        unsafe { munmap(self.0, 2 * PAGE) }.expect("unmap two pages");
    }
}

/// read(2) and relatives on any address: pread(2), since that leaves the position alone.
pub mod raw {
    use super::{c_void, off_t};
    use nix::errno::Errno;
    use nix::libc;
    use std::fs::File;
    use std::os::fd::AsRawFd;

    /// `pread`: like the kernel's, with an address that is for the kernel to judge.
    pub fn pread(file: &File, address: usize, length: usize, offset: off_t) -> nix::Result<usize> {
        // SAFETY: the kernel checks the address. Callers have room for `length` there, or a hole.
        let result = unsafe { libc::pread(file.as_raw_fd(), address as *mut c_void, length, offset) };
        Errno::result(result).map(isize::unsigned_abs)
    }

    /// `pwrite`, likewise.
    pub fn pwrite(file: &File, address: usize, length: usize, offset: off_t) -> nix::Result<usize> {
        // SAFETY: the kernel checks the address, and only reads there.
        let result = unsafe { libc::pwrite(file.as_raw_fd(), address as *const c_void, length, offset) };
        Errno::result(result).map(isize::unsigned_abs)
    }
}
