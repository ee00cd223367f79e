// SPDX-License-Identifier: GPL-2.0

//! What a file is ready for.
//!
//! C header: [`include/uapi/linux/eventpoll.h`](srctree/include/uapi/linux/eventpoll.h)

use core::ops::BitOr;
use kernel::bindings;

/// A set of events, as [`poll`](super::file_operations::FileOperations::poll) returns it.
///
/// The same as `__poll_t` in C.
///
/// # Examples
///
/// ```
/// let events = PollEvents::READABLE | PollEvents::WRITABLE;
///
/// assert_eq!(events | PollEvents::NONE, events);
/// assert!(events != PollEvents::READABLE);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct PollEvents(bindings::__poll_t);

// The casts in the definitions of these keep them out of the bindings.
const EPOLLIN: bindings::__poll_t = 0x001;
const EPOLLOUT: bindings::__poll_t = 0x004;
const EPOLLRDNORM: bindings::__poll_t = 0x040;
const EPOLLWRNORM: bindings::__poll_t = 0x100;

impl PollEvents {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// There is something to read: `EPOLLIN` and `EPOLLRDNORM`.
    pub const READABLE: Self = Self(EPOLLIN | EPOLLRDNORM);

    /// There is room to write: `EPOLLOUT` and `EPOLLWRNORM`.
    pub const WRITABLE: Self = Self(EPOLLOUT | EPOLLWRNORM);

    /// Returns the events as C uses them.
    pub(super) const fn as_raw(self) -> bindings::__poll_t {
        self.0
    }
}

impl BitOr for PollEvents {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_poll)]
mod tests {
    use super::*;

    #[test]
    fn events_are_sets() {
        let both = PollEvents::READABLE | PollEvents::WRITABLE;
        assert_eq!(both.as_raw(), 0x145);
        assert_eq!(both | PollEvents::READABLE, both);
        assert_eq!(
            PollEvents::NONE | PollEvents::READABLE,
            PollEvents::READABLE
        );
    }
}
