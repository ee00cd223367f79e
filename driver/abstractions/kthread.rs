// SPDX-License-Identifier: GPL-2.0

//! Kernel threads, for tests that take several.
//!
//! C header: [`include/linux/kthread.h`](srctree/include/linux/kthread.h)

use core::ptr::{
    self,
    NonNull, //
};
use kernel::{
    bindings,
    error::from_err_ptr,
    prelude::*, //
};

/// A thread that does the same over and over, until this is dropped.
///
/// # Invariants
///
/// `task` was made by `kthread_create_on_node` to run [`run::<F>`](run) with what `body` points to,
/// and nobody else stops it.
pub struct KThread<F: Fn() + Send + Sync + 'static> {
    task: NonNull<bindings::task_struct>,
    /// Dropped after the thread has ended, which uses it.
    _body: KBox<F>,
}

impl<F: Fn() + Send + Sync + 'static> KThread<F> {
    /// Starts a thread with this name.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`] if there is no memory.
    /// - [`EINTR`] if the calling task is being killed.
    pub fn start(name: &CStr, body: F) -> Result<Self> {
        let body = KBox::new(body, GFP_KERNEL)?;

        // SAFETY: The thread gets the address of an `F` that is there until the thread has ended, as
        // the drop of `Self` waits for that, and which other threads may use, as it is `Sync`. `name`
        // is a valid C string, which is what the format asks for.
        let task = from_err_ptr(unsafe {
            bindings::kthread_create_on_node(
                Some(run::<F>),
                ptr::from_ref::<F>(&body).cast_mut().cast(),
                bindings::NUMA_NO_NODE,
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        })?;

        // SAFETY: The task was just made, and does not end before it is stopped.
        unsafe { bindings::wake_up_process(task) };

        // INVARIANT: `kthread_create_on_node` succeeded.
        Ok(Self {
            task: NonNull::new(task).ok_or(ENODEV)?,
            _body: body,
        })
    }
}

impl<F: Fn() + Send + Sync + 'static> Drop for KThread<F> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants the task is ours to stop. It is valid, as its function does
        // not return before that.
        unsafe { bindings::kthread_stop(self.task.as_ptr()) };
    }
}

/// What the thread does.
///
/// # Safety
///
/// `body` must point to an `F` that is valid as long as this runs, in a kernel thread.
unsafe extern "C" fn run<F: Fn()>(body: *mut c_void) -> c_int {
    // SAFETY: By the function's requirements `body` is valid.
    let body = unsafe { &*body.cast::<F>() };

    // SAFETY: By the function's requirements this is a kernel thread.
    while !unsafe { bindings::kthread_should_stop() } {
        body();
    }
    0
}
