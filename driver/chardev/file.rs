// SPDX-License-Identifier: GPL-2.0

//! The open files of the devices.

use super::{
    abstractions::{
        file_operations::{
            FileOperations,
            SeekBounds, //
        },
        kiocb::KiocbExt,
        poll::PollEvents,
        user_value::UserValue, //
    },
    buffer::Buffer,
    caller::Caller,
    minor::Minor,
    process::{
        ProcessFile,
        Processes, //
    },
    uapi::{
        ChardevHistory,
        ChardevWait,
        IoctlInfo,
        CHARDEV_BUFFER_MAX,
        GET_DATA,
        GET_HISTORY,
        SET_DATA,
        WAIT_CHANGE, //
    },
};
use core::mem::MaybeUninit;
use kernel::{
    fs::{
        file::{
            self,
            Offset, //
        },
        File,
        Kiocb, //
    },
    iov::{
        IovIterDest,
        IovIterSource, //
    },
    new_mutex,
    prelude::*,
    seq_file::SeqFile,
    seq_print,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        poll::PollTable,
        Arc,
        Mutex, //
    },
    time::msecs_to_jiffies, //
};
use zerocopy::FromZeros;

/// What all files share.
pub(crate) struct Devices {
    /// The devices, each at its index.
    pub(crate) minors: KVec<Arc<Minor>>,
    /// Who has them open.
    pub(crate) processes: Arc<Processes>,
}

/// An open file.
#[pin_data]
pub(crate) struct ChardevFile {
    minor: Arc<Minor>,
    opener: ProcessFile,
    /// The number of the latest SET that a command told the file's user of. Nothing else depends on
    /// it, so that no order is needed.
    told: Atomic<u64>,
    #[pin]
    buffer: Mutex<Buffer>,
}

#[vtable]
impl FileOperations for ChardevFile {
    type Shared = Devices;
    type Private = Pin<KBox<Self>>;

    fn open(devices: &Devices, index: usize, _file: &File) -> Result<Pin<KBox<Self>>> {
        let minor = devices.minors.get(index).cloned().ok_or(ENXIO)?;
        KBox::pin_init(
            try_pin_init!(Self {
                // Only later ones are news.
                told: Atomic::new(minor.sequence()),
                minor,
                opener: devices.processes.opened(Caller::current())?,
                buffer <- new_mutex!(Buffer::new()),
            }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn read_iter(
        mut kiocb: Kiocb<'_, Pin<KBox<Self>>>,
        iov: &mut IovIterDest<'_>,
    ) -> Result<usize> {
        let this = kiocb.file();
        let count = this.buffer.lock().read(kiocb.ki_pos_mut(), iov)?;
        this.opener
            .count(|counters| counters.bytes_out += count as u64);
        Ok(count)
    }

    fn write_iter(
        mut kiocb: Kiocb<'_, Pin<KBox<Self>>>,
        iov: &mut IovIterSource<'_>,
    ) -> Result<usize> {
        let this = kiocb.file();
        let mut buffer = this.buffer.lock();
        if kiocb.appends() {
            *kiocb.ki_pos_mut() = buffer.end();
        }
        let count = buffer.write(kiocb.ki_pos_mut(), iov)?;
        drop(buffer);
        this.opener
            .count(|counters| counters.bytes_in += count as u64);
        Ok(count)
    }

    fn seek_bounds(this: Pin<&Self>) -> SeekBounds {
        SeekBounds {
            end: this.buffer.lock().end(),
            max: CHARDEV_BUFFER_MAX as Offset,
        }
    }

    #[inline]
    fn ioctl(this: Pin<&Self>, file: &File, cmd: u32, arg: usize) -> Result<isize> {
        match cmd {
            SET_DATA => this.set_data(UserValue::new(arg))?,
            GET_DATA => this.get_data(UserValue::new(arg))?,
            _ => this.fixed_width_ioctl(file, cmd, arg)?,
        }
        Ok(0)
    }

    #[cfg(CONFIG_COMPAT)]
    fn compat_ioctl(this: Pin<&Self>, file: &File, cmd: u32, arg: usize) -> Result<isize> {
        this.fixed_width_ioctl(file, cmd, arg)?;
        Ok(0)
    }

    fn poll(this: Pin<&Self>, file: &File, table: PollTable<'_>) -> PollEvents {
        this.minor.register_wait(file, &table);

        let news = this.minor.sequence() != this.told.load(Relaxed);
        PollEvents::WRITABLE
            | if news {
                PollEvents::READABLE
            } else {
                PollEvents::NONE
            }
    }

    fn show_fdinfo(this: Pin<&Self>, seq: &SeqFile, _file: &File) {
        this.minor.show_fdinfo(seq);
        seq_print!(seq, "chardev-opened-by:\t{}\n", this.opener.caller());
    }
}

/// The commands. They copy between user space and memory of their own, so that the lock of the data
/// is never held while a page fault is served.
impl ChardevFile {
    /// Handles the commands whose structures 32-bit and 64-bit programs lay out alike.
    fn fixed_width_ioctl(&self, file: &File, cmd: u32, arg: usize) -> Result {
        match cmd {
            GET_HISTORY => self.get_history(arg),
            WAIT_CHANGE => self.wait_change(file, UserValue::new(arg)),
            _ => Err(ENOTTY),
        }
    }

    #[inline(always)]
    fn set_data(&self, arg: UserValue<IoctlInfo>) -> Result {
        let mut place = MaybeUninit::uninit();
        let data = arg.read(&mut place)?;
        self.minor.set(data)?;
        self.opener.count(|counters| {
            counters.sets += 1;
            counters.bytes_in += data.size as u64;
        });
        Ok(())
    }

    #[inline(always)]
    fn get_data(&self, arg: UserValue<IoctlInfo>) -> Result {
        let mut data = IoctlInfo::new_zeroed();
        let sequence = self.minor.get(&mut data);
        arg.write(&data)?;
        self.told.store(sequence, Relaxed);
        self.opener.count(|counters| {
            counters.gets += 1;
            counters.bytes_out += data.size as u64;
        });
        Ok(())
    }

    // Not inlined, nor is the next: what they need of the stack is nothing to the other commands.
    #[inline(never)]
    fn get_history(&self, arg: usize) -> Result {
        check_flags(*UserValue::new(arg).read(&mut MaybeUninit::uninit())?)?;
        let history = self.minor.history()?;
        UserValue::<ChardevHistory>::new(arg).write(&history)?;
        self.told.store(history.sequence, Relaxed);
        Ok(())
    }

    #[inline(never)]
    fn wait_change(&self, file: &File, arg: UserValue<ChardevWait>) -> Result {
        let mut place = MaybeUninit::uninit();
        let wait = arg.read(&mut place)?;
        check_flags(wait.flags)?;
        wait.sequence = self.wait(file, wait)?;
        arg.write(wait)?;
        self.told.store(wait.sequence, Relaxed);
        Ok(())
    }

    /// Waits for a SET that the caller does not know of, and returns the number of the latest.
    fn wait(&self, file: &File, wait: &ChardevWait) -> Result<u64> {
        if file.flags() & file::flags::O_NONBLOCK != 0 {
            let sequence = self.minor.sequence();
            return if sequence == wait.sequence {
                Err(EAGAIN)
            } else {
                Ok(sequence)
            };
        }

        // A negative timeout is none, as it is to poll.
        let timeout = u32::try_from(wait.timeout_ms).ok().map(msecs_to_jiffies);
        self.minor.wait(wait.sequence, timeout)
    }
}

/// Refuses flags that a later driver may know, so that a program can tell whether this one does.
fn check_flags(flags: u32) -> Result {
    if flags != 0 {
        return Err(EINVAL);
    }
    Ok(())
}
