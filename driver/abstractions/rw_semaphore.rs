// SPDX-License-Identifier: GPL-2.0

//! A reader-writer lock that may sleep.
//!
//! This allows Rust code to use the kernel's `struct rw_semaphore`.
//!
//! C header: [`include/linux/rwsem.h`](srctree/include/linux/rwsem.h)

use core::{
    cell::UnsafeCell,
    marker::PhantomPinned,
    mem::ManuallyDrop,
    ops::{
        Deref,
        DerefMut, //
    },
};
use kernel::{
    bindings,
    prelude::*,
    sync::LockClassKey,
    types::{
        NotThreadSafe,
        Opaque, //
    }, //
};
use pin_init::Wrapper;

/// Creates a [`RwSemaphore`] initialiser with the given name and a newly-created lock class.
///
/// It uses the name if one is given, otherwise it generates one based on the file name and line
/// number.
#[macro_export]
macro_rules! new_rw_semaphore {
    ($inner:expr $(, $name:literal)? $(,)?) => {
        $crate::abstractions::rw_semaphore::RwSemaphore::new(
            $inner, ::kernel::optional_name!($($name)?), ::kernel::static_lock_class!())
    };
}
pub use new_rw_semaphore;

/// A lock that many readers hold at once, or one writer alone.
///
/// Exposes the kernel's [`struct rw_semaphore`]. Whoever cannot have the lock sleeps until it can,
/// so it must not be used in atomic context, and whoever holds it may sleep. Once a writer waits,
/// later readers wait too, so that a writer gets its turn; hence a thread that reads must not ask to
/// read again.
///
/// Instances need a lock class and to be pinned. The recommended way to create them is with the
/// [`pin_init`](pin_init::pin_init) and [`new_rw_semaphore`] macros.
///
/// # Invariants
///
/// `semaphore` is initialised. `data` is accessed only by those who hold it: for reading by those
/// who hold it in any way, for writing by the one who holds it for writing.
///
/// # Examples
///
/// ```
/// #[pin_data]
/// struct Example {
///     #[pin]
///     limits: RwSemaphore<(u32, u32)>,
/// }
///
/// let example = KBox::pin_init(
///     pin_init!(Example {
///         limits <- new_rw_semaphore!((1, 2)),
///     }),
///     GFP_KERNEL,
/// )?;
///
/// // Two at once may look at it, and meanwhile nobody may change it.
/// {
///     let one = example.limits.read();
///     let another = example.limits.try_read().ok_or(EBUSY)?;
///     assert_eq!(one.0, another.0);
///     assert!(example.limits.try_write().is_none());
/// }
///
/// // Whoever changes it is alone.
/// let mut writer = example.limits.write();
/// *writer = (3, 4);
/// assert!(example.limits.try_read().is_none());
///
/// // A writer may let readers in, and look at what it wrote itself.
/// let reader = writer.downgrade();
/// assert_eq!(example.limits.try_read().ok_or(EBUSY)?.1, 4);
/// assert_eq!(reader.1, 4);
/// # Ok::<(), Error>(())
/// ```
///
/// [`struct rw_semaphore`]: srctree/include/linux/rwsem.h
#[pin_data]
pub struct RwSemaphore<T: ?Sized> {
    #[pin]
    semaphore: Opaque<bindings::rw_semaphore>,
    /// The list of those who wait refers to the semaphore, so it must not move.
    #[pin]
    _pin: PhantomPinned,
    #[pin]
    data: UnsafeCell<T>,
}

// SAFETY: The lock can be given to another thread if the data can.
unsafe impl<T: ?Sized + Send> Send for RwSemaphore<T> {}

// SAFETY: Readers on several threads have references to the data at once, for which it must be
// `Sync`. A writer may move the data to its own thread, for which it must be `Send`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwSemaphore<T> {}

impl<T> RwSemaphore<T> {
    /// Constructs a new lock initialiser.
    pub fn new(
        data: impl PinInit<T>,
        name: &'static CStr,
        key: Pin<&'static LockClassKey>,
    ) -> impl PinInit<Self> {
        pin_init!(Self {
            data <- UnsafeCell::pin_init(data),
            _pin: PhantomPinned,
            // INVARIANT: The semaphore is initialised here, and nobody holds it.
            // SAFETY: `slot` is valid while the closure is called. `name` and `key` have static
            // lifetimes.
            semaphore <- Opaque::ffi_init(|slot| unsafe {
                bindings::__init_rwsem(slot, name.as_char_ptr(), key.as_ptr())
            }),
        })
    }
}

impl<T: ?Sized> RwSemaphore<T> {
    /// Acquires the lock together with other readers.
    ///
    /// Sleeps as long as a writer has it or waits for it.
    pub fn read(&self) -> ReadGuard<'_, T> {
        // SAFETY: The semaphore is initialised by the type invariants.
        unsafe { bindings::down_read(self.semaphore.get()) };

        // INVARIANT: The semaphore was just acquired for reading.
        ReadGuard {
            lock: self,
            _not_send: NotThreadSafe,
        }
    }

    /// Acquires the lock alone.
    ///
    /// Sleeps as long as anybody else has it.
    pub fn write(&self) -> WriteGuard<'_, T> {
        // SAFETY: The semaphore is initialised by the type invariants.
        unsafe { bindings::down_write(self.semaphore.get()) };

        // INVARIANT: The semaphore was just acquired for writing.
        WriteGuard {
            lock: self,
            _not_send: NotThreadSafe,
        }
    }

    /// Acquires the lock together with other readers, unless that takes waiting.
    #[must_use = "if unused, the lock will be immediately unlocked"]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        // SAFETY: The semaphore is initialised by the type invariants.
        if unsafe { bindings::down_read_trylock(self.semaphore.get()) } == 0 {
            return None;
        }

        // INVARIANT: The semaphore was just acquired for reading.
        Some(ReadGuard {
            lock: self,
            _not_send: NotThreadSafe,
        })
    }

    /// Acquires the lock alone, unless that takes waiting.
    #[must_use = "if unused, the lock will be immediately unlocked"]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        // SAFETY: The semaphore is initialised by the type invariants.
        if unsafe { bindings::down_write_trylock(self.semaphore.get()) } == 0 {
            return None;
        }

        // INVARIANT: The semaphore was just acquired for writing.
        Some(WriteGuard {
            lock: self,
            _not_send: NotThreadSafe,
        })
    }
}

/// Access to what a [`RwSemaphore`] protects, as one of its readers.
///
/// # Invariants
///
/// The thread holds the semaphore of `lock` for reading, and this guard is what gives it back.
#[must_use = "the lock unlocks immediately when the guard is unused"]
pub struct ReadGuard<'a, T: ?Sized> {
    lock: &'a RwSemaphore<T>,
    /// Lockdep knows which thread holds what, so another one must not unlock.
    _not_send: NotThreadSafe,
}

// SAFETY: All that a shared reference to the guard gives is one to the data.
unsafe impl<T: ?Sized + Sync> Sync for ReadGuard<'_, T> {}

impl<T: ?Sized> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: We hold the semaphore by the type invariants, so nobody writes to the data.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: We hold the semaphore for reading by the type invariants.
        unsafe { bindings::up_read(self.lock.semaphore.get()) };
    }
}

/// Access to what a [`RwSemaphore`] protects, as its only writer.
///
/// # Invariants
///
/// The thread holds the semaphore of `lock` for writing, and this guard is what gives it back.
#[must_use = "the lock unlocks immediately when the guard is unused"]
pub struct WriteGuard<'a, T: ?Sized> {
    lock: &'a RwSemaphore<T>,
    /// The semaphore knows its owner, so another thread must not unlock.
    _not_send: NotThreadSafe,
}

// SAFETY: All that a shared reference to the guard gives is one to the data.
unsafe impl<T: ?Sized + Sync> Sync for WriteGuard<'_, T> {}

impl<'a, T: ?Sized> WriteGuard<'a, T> {
    /// Lets other readers in, without letting a writer in before.
    pub fn downgrade(self) -> ReadGuard<'a, T> {
        let this = ManuallyDrop::new(self);

        // SAFETY: We hold the semaphore for writing by the type invariants.
        unsafe { bindings::downgrade_write(this.lock.semaphore.get()) };

        // INVARIANT: The semaphore is now held for reading. `this` does not give it back.
        ReadGuard {
            lock: this.lock,
            _not_send: NotThreadSafe,
        }
    }
}

impl<T: ?Sized> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: We hold the semaphore by the type invariants, so nobody else writes to the data.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized + Unpin> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: We hold the semaphore alone by the type invariants, so nobody else has a reference
        // to the data. It may be moved, as it is `Unpin`.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: We hold the semaphore for writing by the type invariants.
        unsafe { bindings::up_write(self.lock.semaphore.get()) };
    }
}

#[cfg(ferrite_kunit)]
#[kernel::macros::kunit_tests(ferrite_rw_semaphore)]
mod tests {
    use super::*;

    fn lock() -> Result<Pin<KBox<RwSemaphore<u32>>>> {
        KBox::pin_init(new_rw_semaphore!(1, "test"), GFP_KERNEL)
    }

    #[test]
    fn readers_share() -> Result {
        let lock = lock()?;
        let one = lock.read();
        let another = lock.try_read();
        assert_eq!(another.as_deref(), Some(&1));
        assert!(lock.try_write().is_none());
        drop(another);
        assert!(lock.try_write().is_none());
        drop(one);
        assert!(lock.try_write().is_some());
        Ok(())
    }

    #[test]
    fn a_writer_is_alone() -> Result {
        let lock = lock()?;
        let mut writer = lock.write();
        *writer = 2;
        assert!(lock.try_read().is_none());
        assert!(lock.try_write().is_none());
        drop(writer);
        assert_eq!(*lock.read(), 2);
        Ok(())
    }

    #[test]
    fn downgrade_keeps_writers_out() -> Result {
        let lock = lock()?;
        let mut writer = lock.write();
        *writer = 3;
        let reader = writer.downgrade();
        assert!(lock.try_write().is_none());
        assert_eq!(lock.try_read().as_deref(), Some(&3));
        drop(reader);
        // Given back once, not twice.
        assert!(lock.try_write().is_some());
        Ok(())
    }
}
