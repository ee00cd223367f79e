// SPDX-License-Identifier: MIT OR Apache-2.0

//! KCOV: which of the driver's code a thread ran. See `Documentation/dev-tools/kcov.rst` of the kernel.

use std::fs::{File, OpenOptions};
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::AsRawFd;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};

use nix::sys::mman::{mmap, MapFlags, ProtFlags};

use crate::error::Error;

const PATH: &str = "/sys/kernel/debug/kcov";

/// How many places of the code are noted between two looks; what comes after is not.
const PLACES: usize = 1 << 16;

const TRACE_PLACES: i32 = 0;

nix::ioctl_write_int_bad!(init_trace, nix::request_code_read!(b'c', 1, size_of::<usize>()));
nix::ioctl_write_int_bad!(enable, nix::request_code_none!(b'c', 100));

/// The places that this thread runs past.
pub struct Coverage {
    /// How many are noted, then they.
    notes: NonNull<AtomicU64>,
    /// Tracing ends when this is closed.
    _file: File,
}

impl Coverage {
    /// Starts to trace this thread. `None` if the kernel has no KCOV.
    ///
    /// # Errors
    ///
    /// [`Error::Coverage`].
    pub fn start() -> Result<Option<Self>, Error> {
        match OpenOptions::new().read(true).write(true).open(PATH) {
            Ok(file) => Self::trace(file).map(Some).map_err(Error::Coverage),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::Coverage(error)),
        }
    }

    fn trace(file: File) -> io::Result<Self> {
        let size = NonZeroUsize::new(PLACES * size_of::<u64>()).expect("is not zero");
        // SAFETY: the argument is a number.
        unsafe { init_trace(file.as_raw_fd(), PLACES as i32) }?;
        let protection = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses an address where nothing else is.
        let notes = unsafe { mmap(None, size, protection, MapFlags::MAP_SHARED, &file, 0) }?.cast();
        // SAFETY: the argument is a number.
        unsafe { enable(file.as_raw_fd(), TRACE_PLACES) }?;
        Ok(Self { notes, _file: file })
    }

    /// Forgets what was noted.
    pub fn reset(&self) {
        self.notes()[0].store(0, Ordering::Relaxed);
    }

    /// The places since the last [`reset`](Self::reset), as often as they were run past.
    pub fn places(&self) -> impl Iterator<Item = u64> + '_ {
        let (count, places) = self.notes().split_first().expect("there is a count");
        let count = count.load(Ordering::Relaxed) as usize;
        places[..count.min(places.len())].iter().map(|place| place.load(Ordering::Relaxed))
    }

    fn notes(&self) -> &[AtomicU64] {
        // SAFETY: the mapping is that long and never goes. Only this thread changes it, through the kernel or here.
        unsafe { slice::from_raw_parts(self.notes.as_ptr(), PLACES) }
    }
}
