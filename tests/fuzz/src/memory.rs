// SPDX-License-Identifier: MIT OR Apache-2.0

//! Memory that structures are passed to the kernel in, as they should and as they should not be.

use std::ffi::c_void;
use std::num::NonZeroUsize;
use std::ptr::{self, NonNull};

use nix::sys::memfd::{memfd_create, MemFdCreateFlag};
use nix::sys::mman::{mmap, mmap_anonymous, munmap, MapFlags, ProtFlags};
use nix::unistd::ftruncate;

use crate::operation::Argument;

const PAGE: usize = 4096;

/// An address that is the kernel's on every 64-bit machine that Linux runs on.
const KERNEL: usize = 0xffff_8000_0000_0000;

/// A page twice, once writable and once not, each with a hole after it.
pub struct Memory {
    start: NonNull<c_void>,
}

impl Memory {
    /// Maps it.
    ///
    /// # Errors
    ///
    /// Those of memfd_create(2), ftruncate(2) and mmap(2).
    pub fn new() -> nix::Result<Self> {
        let length = |pages| NonZeroUsize::new(pages * PAGE).expect("is not zero");
        let page = memfd_create(c"argument", MemFdCreateFlag::MFD_CLOEXEC)?;
        ftruncate(&page, PAGE as i64)?;
        // SAFETY: the kernel chooses an address where nothing else is.
        let start = unsafe { mmap_anonymous(None, length(4), ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE) }?;
        let memory = Self { start };
        let mappings = [
            (memory.writable(), ProtFlags::PROT_READ | ProtFlags::PROT_WRITE),
            (memory.read_only(), ProtFlags::PROT_READ),
        ];
        for (address, protection) in mappings {
            let flags = MapFlags::MAP_SHARED | MapFlags::MAP_FIXED;
            // SAFETY: the address is of the mapping that was made above, which nothing refers to.
            unsafe { mmap(NonZeroUsize::new(address), length(1), protection, flags, &page, 0) }?;
        }
        Ok(memory)
    }

    /// Puts the structure where `argument` says, as far as there is memory. Returns its address.
    pub fn put<T: Copy>(&mut self, argument: Argument, structure: &T) -> usize {
        assert!(size_of::<T>() <= PAGE, "a structure has to fit in a page");
        let room = argument.readable(size_of::<T>());
        let offset = PAGE - room;
        // SAFETY: both are valid for that many bytes, and the page is this value's.
        unsafe {
            ptr::copy_nonoverlapping(
                ptr::from_ref(structure).cast::<u8>(),
                (self.writable() + offset) as *mut u8,
                room,
            );
        }
        match argument {
            Argument::Whole | Argument::Cut(_) => self.writable() + offset,
            Argument::ReadOnly => self.read_only() + offset,
            Argument::Null => 0,
            Argument::Hole => self.hole(),
            Argument::Kernel => KERNEL,
        }
    }

    /// Takes what is now where [`put`](Self::put) put a structure for [`Argument::Whole`].
    ///
    /// # Safety
    ///
    /// Any bytes must be a valid `T`.
    pub unsafe fn take<T: Copy>(&self) -> T {
        // SAFETY: the page is this value's, and any bytes are a valid `T`.
        unsafe { ptr::read_unaligned((self.writable() + PAGE - size_of::<T>()) as *const T) }
    }

    /// An address where nothing is, for a page.
    pub fn hole(&self) -> usize {
        self.writable() + PAGE
    }

    fn writable(&self) -> usize {
        self.start.as_ptr() as usize
    }

    fn read_only(&self) -> usize {
        self.writable() + 2 * PAGE
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the pages are this value's, and nothing refers to them any more.
        unsafe { munmap(self.start, 4 * PAGE) }.expect("unmap our own pages");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_taken() {
        let mut memory = Memory::new().expect("map");
        memory.put(Argument::Whole, &0x1234_5678_u32);
        // SAFETY: any bytes are a number.
        assert_eq!(unsafe { memory.take::<u32>() }, 0x1234_5678);
    }

    #[test]
    fn the_same_is_seen_read_only() {
        let mut memory = Memory::new().expect("map");
        let address = memory.put(Argument::ReadOnly, &7_u64);
        // SAFETY: the address is of a mapped number.
        assert_eq!(unsafe { *(address as *const u64) }, 7);
    }

    #[test]
    fn what_is_cut_ends_at_the_hole() {
        let mut memory = Memory::new().expect("map");
        assert_eq!(memory.put(Argument::Cut(3), &7_u64), memory.hole() - 3);
        assert_eq!(memory.put(Argument::Cut(0), &7_u64), memory.hole());
    }
}
