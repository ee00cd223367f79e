// SPDX-License-Identifier: GPL-2.0

//! What [`Kiocb`] does not tell.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use kernel::{
    fs::Kiocb,
    prelude::*,
    types::ForeignOwnable, //
};

/// `IOCB_APPEND`, which is `RWF_APPEND` of `include/uapi/linux/fs.h`. The cast in its definition
/// keeps it out of the bindings.
const IOCB_APPEND: c_int = 0x10;

/// More questions to a [`Kiocb`].
pub trait KiocbExt {
    /// Returns whether a write goes to the end of the file, wherever its position is.
    ///
    /// It does if the file is open with `O_APPEND`, and if the call has the flag `RWF_APPEND`.
    fn appends(&self) -> bool;
}

impl<T: ForeignOwnable> KiocbExt for Kiocb<'_, T> {
    fn appends(&self) -> bool {
        // SAFETY: By its type invariants a `Kiocb` points to a valid `struct kiocb`. Its flags do
        // not change while an operation is under way.
        let flags = unsafe { (*self.as_raw()).ki_flags };
        flags & IOCB_APPEND != 0
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_kiocb)]
mod tests {
    use super::*;
    use kernel::bindings;

    fn appends(flags: c_int) -> bool {
        let mut kiocb = bindings::kiocb {
            ki_flags: flags,
            ..pin_init::zeroed()
        };
        // SAFETY: `kiocb` is valid, and nobody asks for the file that it does not have.
        let kiocb: Kiocb<'_, ()> = unsafe { Kiocb::from_raw(&mut kiocb) };
        kiocb.appends()
    }

    #[test]
    fn one_flag_says_append() {
        assert!(!appends(0));
        assert!(appends(IOCB_APPEND));
        assert!(appends(-1));
        assert!(!appends(!IOCB_APPEND));
    }
}
