// SPDX-License-Identifier: GPL-2.0

//! What Linux 7.3 has, for Linux 7.2 too.

#[cfg(not(linux_7_2))]
pub use kernel::sync::poll::PollCondVarBox;

#[cfg(linux_7_2)]
pub use linux_7_2::PollCondVarBox;

/// The module with the code of a type that implements a trait of `#[vtable]`, as C has it.
#[cfg(not(linux_7_2))]
macro_rules! owner_of {
    ($type:ident) => {
        kernel::module::this_module::<$type::OwnerModule>().as_ptr()
    };
}

/// The module with this code, which is the one with the code of the type.
#[cfg(linux_7_2)]
macro_rules! owner_of {
    ($type:ident) => {
        crate::THIS_MODULE.as_ptr()
    };
}

pub(crate) use owner_of;

#[cfg(linux_7_2)]
mod linux_7_2 {
    use core::ops::Deref;
    use kernel::{
        alloc::AllocError,
        prelude::*,
        sync::{
            poll::PollCondVar,
            LockClassKey, //
        }, //
    };

    /// A condition variable that those who poll can wait for. It waits for a grace period when it goes.
    pub struct PollCondVarBox(Pin<KBox<PollCondVar>>);

    impl PollCondVarBox {
        /// Makes one with a lock class of that name.
        ///
        /// # Errors
        ///
        /// There is no memory.
        pub fn new(
            name: &'static CStr,
            key: Pin<&'static LockClassKey>,
        ) -> Result<Self, AllocError> {
            KBox::pin_init(PollCondVar::new(name, key), GFP_KERNEL)
                .map(Self)
                .map_err(|_| AllocError)
        }
    }

    impl Deref for PollCondVarBox {
        type Target = PollCondVar;

        fn deref(&self) -> &PollCondVar {
            &self.0
        }
    }
}
