// SPDX-License-Identifier: GPL-2.0

//! A device that greets: write a name to `/dev/greeter`, and read the greeting from the same open file.

use kernel::{
    fs::{File, Kiocb},
    iov::{IovIterDest, IovIterSource},
    miscdevice::{MiscDevice, MiscDeviceOptions, MiscDeviceRegistration},
    new_mutex,
    prelude::*,
    sync::Mutex,
};

module! {
    type: Greeter,
    name: "greeter",
    authors: ["Your name"],
    description: "A device that greets",
    license: "GPL",
}

/// The longest name, in bytes.
const NAME_MAX: usize = 64;

/// The module: while it is loaded, the device is there.
#[pin_data]
struct Greeter {
    #[pin]
    _device: MiscDeviceRegistration<Conversation>,
}

impl kernel::InPlaceModule for Greeter {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        pr_info!("ready\n");
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"greeter" }),
        })
    }
}

/// What belongs to an open file.
#[pin_data]
struct Conversation {
    #[pin]
    greeting: Mutex<KVec<u8>>,
}

#[vtable]
impl MiscDevice for Conversation {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &File, _device: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(
            pin_init!(Self {
                greeting <- new_mutex!(KVec::new()),
            }),
            GFP_KERNEL,
        )
    }

    fn write_iter(mut kiocb: Kiocb<'_, Self::Ptr>, iov: &mut IovIterSource<'_>) -> Result<usize> {
        if iov.len() > NAME_MAX {
            return Err(EINVAL);
        }
        let mut name = KVec::new();
        let length = iov.copy_from_iter_vec(&mut name, GFP_KERNEL)?;

        let mut greeting = KVec::new();
        for part in [b"Hello, ", name.trim_ascii(), b"!\n"] {
            greeting.extend_from_slice(part, GFP_KERNEL)?;
        }
        *kiocb.file().greeting.lock() = greeting;
        // The next read starts with it.
        *kiocb.ki_pos_mut() = 0;
        Ok(length)
    }

    fn read_iter(mut kiocb: Kiocb<'_, Self::Ptr>, iov: &mut IovIterDest<'_>) -> Result<usize> {
        let conversation = kiocb.file();
        let greeting = conversation.greeting.lock();
        iov.simple_read_from_buffer(kiocb.ki_pos_mut(), &greeting)
    }
}
