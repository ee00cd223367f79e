// SPDX-License-Identifier: GPL-2.0

//! Character devices whose data is set and got by ioctl.
//!
//! The interface to user space is in `include/uapi/chardev.h`.

#[path = "../abstractions/mod.rs"]
pub mod abstractions;
mod buffer;
mod caller;
mod file;
mod history;
mod minor;
mod process;
mod uapi;

use abstractions::{
    cdev::Cdev,
    chrdev_region::ChrdevRegion,
    class::{
        Class,
        ClassDevice, //
    },
    debugfs,
    device_number::DeviceNumber,
    parameter, //
};
use file::{
    ChardevFile,
    Devices, //
};
use kernel::{
    prelude::*,
    str::CString,
    sync::Arc, //
};
use minor::{
    HistoryFile,
    Minor, //
};
use process::{
    Processes,
    ProcessesFile, //
};

module! {
    type: Chardev,
    name: "chardev",
    authors: ["The ferrite authors"],
    description: "Character devices whose data is set and got by ioctl",
    license: "GPL",
    params: {
        major: u32 {
            default: 0,
            description: "Major number of the devices (1 to 511, default 0: one that is free)",
        },
        devices: u32 {
            default: 2,
            description: "Number of devices (1 to 256, default 2)",
        },
    },
}

crate::module_version!("chardev", "0.1.0");

const NAME: &CStr = <Chardev as kernel::ModuleMetadata>::NAME;

/// How many devices the `devices` parameter may ask for.
const DEVICES_MAX: u32 = 256;

/// Owner and group of a device node may read and write; a distribution sets the group.
const NODE_MODE: u16 = 0o660;

/// The loaded module. Fields are dropped in the order in which they are listed.
struct Chardev {
    _nodes: KVec<ClassDevice>,
    _histories: KVec<debugfs::File<HistoryFile>>,
    _processes: debugfs::File<ProcessesFile>,
    _cdev: Cdev<ChardevFile>,
}

impl kernel::Module for Chardev {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let region = reserve_numbers(
            parameter::value(module_parameters::major.value()),
            parameter::value(module_parameters::devices.value()),
        )?;

        let class = Arc::new(Class::register(NAME, NODE_MODE)?, GFP_KERNEL)?;
        let debugfs = debugfs::Dir::create(NAME, None)?;
        let mut minors = KVec::new();
        let mut histories = KVec::new();
        let mut nodes = KVec::new();
        for (index, number) in region.numbers().enumerate() {
            let name = CString::try_from_fmt(fmt!("chardev{index}"))?;
            let minor = Arc::pin_init(Minor::new(index), GFP_KERNEL)?;
            minors.push(minor.clone(), GFP_KERNEL)?;
            histories.push(
                debugfs::File::create(
                    c"history",
                    debugfs::Dir::create(&name, Some(debugfs.clone()))?,
                    HistoryFile(minor),
                )?,
                GFP_KERNEL,
            )?;
            nodes.push(
                ClassDevice::create(class.clone(), number, &name)?,
                GFP_KERNEL,
            )?;
        }

        let processes = Arc::pin_init(Processes::new(), GFP_KERNEL)?;
        let processes_file =
            debugfs::File::create(c"processes", debugfs, ProcessesFile(processes.clone()))?;

        // Last, since from here on the devices can be opened.
        let cdev = Cdev::register(region, Devices { minors, processes })?;

        pr_info!(
            "{} devices with major {}\n",
            cdev.region().count(),
            cdev.region().first().major()
        );
        Ok(Self {
            _nodes: nodes,
            _histories: histories,
            _processes: processes_file,
            _cdev: cdev,
        })
    }
}

/// Reserves a number for each device.
fn reserve_numbers(major: u32, devices: u32) -> Result<ChrdevRegion> {
    if !(1..=DEVICES_MAX).contains(&devices) {
        pr_err!("cannot make {devices} devices: choose devices=1 to devices={DEVICES_MAX}\n");
        return Err(EINVAL);
    }
    if major == 0 {
        return ChrdevRegion::allocate(NAME, 0, devices);
    }

    DeviceNumber::new(major, 0)
        .ok_or(EINVAL)
        .and_then(|first| ChrdevRegion::register(NAME, first, devices))
        .inspect_err(|err| {
            pr_err!(
                "cannot have major {major} ({err:?}): choose one from 1 to 511 that \
                 /proc/devices does not list, or none for any that is free\n"
            )
        })
}
