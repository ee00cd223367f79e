// SPDX-License-Identifier: MIT OR Apache-2.0

//! The virtual machine, as QEMU's arguments say it.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::num::NonZeroU16;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use vm_protocol::{parameter, PORT_NAME, SHARE_TAG};

/// An amount of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    mebibytes: u32,
}

/// A disk, and what boots from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    /// All of its bytes.
    pub image: PathBuf,
    /// UEFI for this machine.
    pub firmware: PathBuf,
}

/// A machine to be started.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// Where QEMU finds its own files.
    pub qemu_data: Option<&'a Path>,
    /// The kernel's Image.
    pub kernel: &'a Path,
    /// The root file system.
    pub initramfs: &'a Path,
    /// What it boots from in place of these two.
    pub disk: Option<&'a Disk>,
    /// What executes the guest's instructions.
    pub accelerator: Accelerator,
    /// Its memory.
    pub memory: Memory,
    /// Its processors.
    pub processors: NonZeroU16,
    /// A host folder that it sees; an absolute path.
    pub share: Option<PathBuf>,
    /// Whether the console gets the whole log, debug messages included.
    pub whole_log: bool,
    /// Further kernel parameters.
    pub append: &'a [String],
    /// The listening socket at which it waits for a debugger before its first instruction.
    pub debugger: Option<BorrowedFd<'a>>,
}

/// What executes the guest's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accelerator {
    /// QEMU translates them.
    Tcg,
    /// The host's processor, itself an aarch64.
    Kvm,
}

/// How a machine begins.
#[derive(Clone, Copy, Debug)]
pub enum Start<'a> {
    /// With the kernel's first instruction.
    Boot,
    /// The same, its memory being this new file.
    BootWithMemory(&'a Path),
    /// Where another one was saved. Its memory is a copy of that one's, page by page as it writes to them.
    Resume {
        /// The memory of a [`Start::BootWithMemory`].
        memory: &'a Path,
        /// The rest of its state, as QEMU's migration writes it.
        devices: &'a Path,
    },
    /// The same, to be saved again: what it writes to its memory goes to that file.
    ResumeToSave {
        /// As above; nobody else's.
        memory: &'a Path,
        /// As above.
        devices: &'a Path,
    },
}

/// QEMU's ends of the connections to it, open in its process.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// What the guest's serial console writes.
    pub console: RawFd,
    /// The control port.
    pub control: RawFd,
    /// QEMU's own monitor.
    pub monitor: RawFd,
}

impl Accelerator {
    /// The best that this host offers to this user.
    pub fn detect() -> Self {
        let kvm = || OpenOptions::new().read(true).write(true).open("/dev/kvm").is_ok();
        if cfg!(target_arch = "aarch64") && kvm() {
            Self::Kvm
        } else {
            Self::Tcg
        }
    }
}

impl Machine<'_> {
    /// QEMU's command line.
    pub fn arguments(&self, start: Start<'_>, connections: Connections) -> Vec<OsString> {
        let mut arguments = Arguments::default();
        arguments.flag("-no-user-config").flag("-nodefaults").flag("-no-reboot");
        arguments.option("-display", "none").option("-nic", "none");
        if let Some(folder) = self.qemu_data {
            arguments.option("-L", folder);
        }

        let (accelerator, processor, interrupts) = match self.accelerator {
            Accelerator::Tcg => ("tcg", "neoverse-n1", "3"),
            Accelerator::Kvm => ("kvm", "host", "host"),
        };
        let machine = format!("virt,gic-version={interrupts},acpi=off");
        arguments
            .option("-accel", accelerator)
            .option("-cpu", processor)
            .option("-smp", self.processors.to_string())
            .option("-m", format!("{}M", self.memory.mebibytes));

        match start {
            Start::Boot => arguments.option("-machine", machine),
            Start::BootWithMemory(file) | Start::ResumeToSave { memory: file, .. } => {
                self.memory_in(file, "on", &mut arguments).option("-machine", machine + ",memory-backend=memory")
            }
            Start::Resume { memory, .. } => {
                self.memory_in(memory, "off", &mut arguments).option("-machine", machine + ",memory-backend=memory")
            }
        };
        match start {
            Start::Boot | Start::BootWithMemory(_) => self.software(&mut arguments),
            // They are in its memory.
            Start::Resume { .. } | Start::ResumeToSave { .. } => arguments.option("-incoming", "defer"),
        };

        arguments
            .option("-chardev", format!("socket,id=console,fd={}", connections.console))
            .option("-serial", "chardev:console")
            .option("-chardev", format!("socket,id=control,fd={}", connections.control))
            .option("-device", "virtio-serial-device,max_ports=2")
            .option("-device", format!("virtserialport,chardev=control,name={PORT_NAME}"))
            .option("-chardev", format!("socket,id=monitor,fd={}", connections.monitor))
            .option("-mon", "chardev=monitor,mode=control");

        if let Some(socket) = self.debugger {
            let fd = socket.as_raw_fd();
            arguments
                .flag("-S")
                .option("-chardev", format!("socket,id=debugger,fd={fd},server=on,wait=off"))
                .option("-gdb", "chardev:debugger");
        }

        if let Some(folder) = &self.share {
            // QEMU acts as the user who started it, who is seldom root: with `none`, a new file stays that user's.
            let share = prefixed("local,id=share,security_model=none,multidevs=remap,path=", &escape_commas(folder));
            arguments
                .option("-fsdev", share)
                .option("-device", format!("virtio-9p-device,fsdev=share,mount_tag={SHARE_TAG}"));
        }
        arguments.0
    }

    /// What it begins with.
    fn software<'a>(&self, arguments: &'a mut Arguments) -> &'a mut Arguments {
        let Some(Disk { image, firmware }) = self.disk else {
            return arguments
                .option("-kernel", self.kernel)
                .option("-initrd", self.initramfs)
                .option("-append", self.kernel_parameters());
        };
        arguments
            .option("-bios", firmware)
            // It asks for no key that would open its own menu, which takes seconds.
            .option("-boot", "menu=on,splash-time=0")
            .option("-drive", prefixed("if=none,id=disk,format=raw,readonly=on,file=", &escape_commas(image)))
            .option("-device", "virtio-blk-device,drive=disk")
    }

    /// The memory as a file.
    fn memory_in<'a>(&self, file: &Path, share: &str, arguments: &'a mut Arguments) -> &'a mut Arguments {
        let size = self.memory.mebibytes;
        let memory = format!("memory-backend-file,id=memory,size={size}M,share={share},mem-path=");
        arguments.option("-object", prefixed(&memory, &escape_commas(file)))
    }

    fn kernel_parameters(&self) -> String {
        // Each character on the emulated UART costs time, so the boot shows warnings only, and what follows it more.
        let (boot, later) = if self.whole_log { (8, 8) } else { (5, 7) };
        let mut words = vec![
            "console=ttyAMA0".to_owned(),
            format!("loglevel={boot}"),
            format!("{}={later}", parameter::LOGLEVEL),
            // The kernel's own is small: /dev/kmsg keeps all that a test wrote.
            "log_buf_len=256K".to_owned(),
            // The watcher tells the kernel's lines from others by their time.
            "printk.time=1".to_owned(),
            // A kernel that went wrong is not worth waiting for: panic, reboot at once, and -no-reboot makes that the end.
            // Besides, one whose only processor hangs writes nothing to its console unless it panics.
            "oops=panic softlockup_panic=1 hung_task_panic=1".to_owned(),
            "panic=-1".to_owned(),
        ];
        words.extend_from_slice(self.append);
        words.join(" ")
    }
}

/// An argument list in the making.
#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn flag(&mut self, name: &str) -> &mut Self {
        self.0.push(name.into());
        self
    }

    fn option(&mut self, name: &str, value: impl Into<OsString>) -> &mut Self {
        self.0.extend([name.into(), value.into()]);
        self
    }
}

/// As QEMU wants them inside a list of properties.
fn escape_commas(path: &Path) -> PathBuf {
    let mut escaped = Vec::new();
    for &byte in path.as_os_str().as_bytes() {
        escaped.extend_from_slice(if byte == b',' { b",," } else { std::slice::from_ref(&byte) });
    }
    OsString::from_vec(escaped).into()
}

fn prefixed(prefix: &str, path: &Path) -> OsString {
    let mut text = OsString::from(prefix);
    text.push(path);
    text
}

impl FromStr for Memory {
    type Err = &'static str;

    /// `512`, `512M` or `2G`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, unit) = match text.strip_suffix(['G', 'g']) {
            Some(number) => (number, 1024),
            None => (text.strip_suffix(['M', 'm']).unwrap_or(text), 1),
        };
        let mebibytes = number.parse().ok().and_then(|number: u32| number.checked_mul(unit));
        match mebibytes {
            None => Err("it is not a number of mebibytes, such as 512, 512M or 2G"),
            // Less does not hold the kernel and the root file system.
            Some(0..64) => Err("a guest needs at least 64M"),
            Some(mebibytes) => Ok(Self { mebibytes }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine<'static> {
        Machine {
            qemu_data: None,
            kernel: Path::new("Image"),
            initramfs: Path::new("initramfs.cpio"),
            disk: None,
            accelerator: Accelerator::Tcg,
            memory: Memory { mebibytes: 256 },
            processors: NonZeroU16::MIN,
            share: None,
            whole_log: false,
            append: &[],
            debugger: None,
        }
    }

    /// The arguments, one line each.
    fn lines(machine: &Machine<'_>) -> String {
        let arguments = machine.arguments(Start::Boot, Connections { console: 7, control: 9, monitor: 11 });
        let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
        arguments.join("\n")
    }

    #[test]
    fn connections_are_inherited_descriptors() {
        let lines = lines(&machine());
        assert!(lines.contains("socket,id=console,fd=7"), "{lines}");
        assert!(lines.contains("socket,id=control,fd=9"), "{lines}");
    }

    #[test]
    fn kvm_runs_the_hosts_own_processor() {
        let lines = lines(&Machine { accelerator: Accelerator::Kvm, ..machine() });
        assert!(lines.contains("-accel\nkvm\n-cpu\nhost"), "{lines}");
    }

    #[test]
    fn a_shared_folder_may_have_any_name() {
        let lines = lines(&Machine { share: Some("/a,b c".into()), ..machine() });
        assert!(lines.contains("path=/a,,b c\n"), "{lines}");
    }

    #[test]
    fn a_disk_is_in_place_of_kernel_and_initramfs() {
        let disk = Disk { image: "a,b".into(), firmware: "UEFI".into() };
        let lines = lines(&Machine { disk: Some(&disk), ..machine() });
        assert!(lines.contains("-bios\nUEFI\n") && lines.contains("readonly=on,file=a,,b\n"), "{lines}");
        assert!(!lines.contains("-kernel") && !lines.contains("-append"), "{lines}");
    }

    #[test]
    fn only_one_that_is_debugged_waits() {
        assert!(!lines(&machine()).contains("-S\n"));
        let debugger = Some(std::io::stdin());
        let debugger = debugger.as_ref().map(std::os::fd::AsFd::as_fd);
        let lines = lines(&Machine { debugger, ..machine() });
        assert!(lines.contains("-S\n") && lines.contains("socket,id=debugger,fd=0,server=on"), "{lines}");
    }

    #[test]
    fn parameters_of_the_user_come_last() {
        let append = ["loglevel=3".to_owned(), "x y".to_owned()];
        let parameters = Machine { append: &append, ..machine() }.kernel_parameters();
        assert!(parameters.ends_with(" panic=-1 loglevel=3 x y"), "{parameters}");
    }

    #[test]
    fn memory_is_in_mebibytes() {
        for (text, mebibytes) in [("64", 64), ("512M", 512), ("2G", 2048), ("1g", 1024)] {
            assert_eq!(text.parse(), Ok(Memory { mebibytes }), "{text}");
        }
        for text in ["", "M", "-1", "63", "1T", "4194304G", "0.5G"] {
            assert!(text.parse::<Memory>().is_err(), "{text}");
        }
    }
}
