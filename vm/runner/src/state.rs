// SPDX-License-Identifier: MIT OR Apache-2.0

//! Saved states: a machine that has booted, and has loaded the modules that it comes with, is kept in a folder, and resumed for
//! each run. If it is wanted, another is made, from that if it is there, in which the command has been started.
//!
//! The memory is a file, of which every resumed machine maps a private copy: nothing is read but what the guest touches, and what
//! it writes it keeps to itself. The rest of the state is a few hundred KiB.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use nix::fcntl::{fcntl, FcntlArg};
use nix::libc::{flock, F_WRLCK, SEEK_SET};
use vm_protocol::{Failure, Request, Setup};

use crate::error::Error;
use crate::machine::{Connections, Machine, Start};
use crate::preparation::{self, Preparation};
use crate::running::{Console, Running};
use crate::sparse;
use crate::threads::News;

/// How many are kept in a folder: those that were used last.
const KEPT: usize = 16;

/// What the name of a folder ends with as long as its state is being made.
const NEW: &str = "new";

/// A state that is there to be resumed.
pub struct State {
    folder: PathBuf,
    /// How long it took to make, if that was now.
    pub made_in: Option<Duration>,
}

/// Where states are, and what makes them.
pub struct Source<'a> {
    /// The folder of states.
    pub states: &'a Path,
    /// QEMU.
    pub qemu: &'a Path,
    /// What is started.
    pub machine: &'a Machine<'a>,
    /// How long each step may take in the guest.
    pub limit: Duration,
}

impl Source<'_> {
    /// What identifies the state of a machine that was set up so.
    fn key(&self, setup: Option<&Setup>) -> Result<String, Error> {
        key(self.qemu, self.machine, setup).map_err(|error| self.failed(&error))
    }

    /// Where a state is, if there is one.
    fn folder(&self, key: &str) -> PathBuf {
        self.states.join(name(number(key)))
    }

    fn failed(&self, reason: &dyn ToString) -> Error {
        Error::State { folder: self.states.to_owned(), reason: reason.to_string() }
    }
}

impl State {
    /// The machine's state, saved once it had booted and what can be done then of the preparation was done. Makes it first if nobody
    /// has yet.
    ///
    /// # Errors
    ///
    /// [`Error::State`]: there is none, and the machine must be booted.
    pub fn booted(source: &Source<'_>, preparation: &Preparation) -> Result<Self, Error> {
        let setup = preparation.to_save();
        let key = source.key(setup.as_ref())?;
        Self::obtain(source, &key, |new| make(new, source, setup))
    }

    /// The same of one that has started the command besides, saved when that had written something.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn started(source: &Source<'_>, preparation: &Preparation) -> Result<Self, Error> {
        let words = preparation.command().map_or(&[][..], |command| &command.argv).iter();
        let words = words.map(|word| format!("{}\n", String::from_utf8_lossy(word).escape_debug()));
        let key = words.fold(source.key(preparation.to_save().as_ref())?, |key, word| key + &word);
        Self::obtain(source, &key, |new| {
            let booted = Self::booted(source, preparation)?;
            go_on(new, source, &booted, preparation).inspect_err(|_| {
                // It may be to blame.
                booted.remove();
            })
        })
    }

    /// The state with that key from the folder of states. Makes it first if nobody has yet; whoever wants the same meanwhile waits.
    fn obtain(
        source: &Source<'_>,
        key: &str,
        make: impl FnOnce(&Path) -> Result<(), Box<dyn std::error::Error>>,
    ) -> Result<Self, Error> {
        let states = source.states;
        let failed = |reason: &dyn ToString| source.failed(reason);
        let folder = source.folder(key);
        if let Some(state) = Self::find(&folder, key) {
            return Ok(state);
        }
        fs::create_dir_all(states).map_err(|error| failed(&error))?;
        let _lock = lock(states, number(key)).map_err(|error| failed(&error))?;
        if let Some(state) = Self::find(&folder, key) {
            return Ok(state);
        }
        let started = Instant::now();
        let new = folder.with_extension(NEW);
        // One that was broken off left it.
        let _ = fs::remove_dir_all(&new);
        let made = fs::create_dir(&new)
            .map_err(Into::into)
            .and_then(|()| make(&new))
            .and_then(|()| finish(&new, &folder, key));
        // What could not be finished is of no use.
        let _ = fs::remove_dir_all(&new);
        made.map_err(|error| failed(&error))?;
        remove_old(states).map_err(|error| failed(&error))?;
        Ok(Self { folder, made_in: Some(started.elapsed()) })
    }

    fn find(folder: &Path, key: &str) -> Option<Self> {
        let file = folder.join("key");
        // QEMU would make a memory that is missing, of zeros, and run that.
        if fs::read_to_string(&file).ok()? != key || !memory(folder).exists() {
            return None;
        }
        // Says when it was used last. Where that cannot be noted, it only goes sooner.
        let _ = OpenOptions::new().append(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
        Some(Self { folder: folder.to_owned(), made_in: None })
    }

    /// How QEMU resumes it.
    pub fn paths(&self) -> (PathBuf, PathBuf) {
        (memory(&self.folder), devices(&self.folder))
    }

    /// What the console had shown when it was saved.
    pub fn console(&self) -> io::Result<Vec<u8>> {
        fs::read(console(&self.folder))
    }

    /// Removes it: it is of no use.
    pub fn remove(&self) {
        // The next run finds out again if this does not succeed.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn memory(folder: &Path) -> PathBuf {
    folder.join("memory")
}

fn devices(folder: &Path) -> PathBuf {
    folder.join("devices")
}

fn console(folder: &Path) -> PathBuf {
    folder.join("console")
}

/// All that the state depends on: QEMU's arguments, which files they and QEMU itself are, and what was done after the boot.
fn key(qemu: &Path, machine: &Machine<'_>, setup: Option<&Setup>) -> io::Result<String> {
    // What differs between runs: where the connections are, and which folder is shared.
    let connections = Connections { console: 0, control: 0, monitor: 0 };
    let machine = Machine { share: machine.share.as_ref().map(|_| "/".into()), ..machine.clone() };
    let mut key =
        format!("{} {}, protocol {}\n", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), vm_protocol::VERSION);
    for file in [&in_path(qemu), machine.kernel, machine.initramfs] {
        let path = file.canonicalize()?;
        let data = path.metadata()?;
        key += &format!("{}: {} bytes of {}.{:09}\n", path.display(), data.size(), data.mtime(), data.mtime_nsec());
    }
    for argument in machine.arguments(Start::Boot, connections) {
        key += &format!("{}\n", argument.to_string_lossy());
    }
    key += if setup.is_some() { "its modules\n" } else { "no modules\n" };
    Ok(key)
}

/// The program that a name without a slash stands for.
fn in_path(program: &Path) -> PathBuf {
    if program.components().count() > 1 {
        return program.to_owned();
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.unwrap_or_else(|| program.to_owned())
}

/// A number for a key. That it stands for no other one is told by the file with the key itself.
fn number(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// What the folder of a state is called.
fn name(number: u64) -> String {
    format!("{number:016x}")
}

/// Waits for whoever makes the state of that number, in this process or another, but for nobody who makes another state: what is locked
/// is one byte of a file. The lock goes with the file that is returned. "Open file description locks" in `fcntl_locking(2)`.
fn lock(states: &Path, number: u64) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(states.join("lock"))?;
    let byte = flock {
        l_type: F_WRLCK as i16,
        l_whence: SEEK_SET as i16,
        l_start: (number >> 1) as i64,
        l_len: 1,
        // The kernel asks for this.
        l_pid: 0,
    };
    fcntl(file.as_raw_fd(), FcntlArg::F_OFD_SETLKW(&byte))?;
    Ok(file)
}

/// Boots the machine, sets it up and saves it in the folder `new`.
fn make(new: &Path, source: &Source<'_>, setup: Option<Setup>) -> Result<(), Box<dyn std::error::Error>> {
    let requests = setup.map(|setup| preparation::now(setup).map(Request::Prepare)).transpose()?;
    let awaited = if requests.is_some() { &[Awaited::Ready][..] } else { &[] };
    let console = Console { before: Vec::new(), log: Some(File::create(console(new))?) };
    save(new, source, Start::BootWithMemory(&memory(new)), console, requests.into_iter().collect(), awaited)
}

/// Goes on from a saved machine until the command has written something, and saves that in the folder `new`.
fn go_on(
    new: &Path,
    source: &Source<'_>,
    from: &State,
    preparation: &Preparation,
) -> Result<(), Box<dyn std::error::Error>> {
    sparse::copy(&memory(&from.folder), &memory(new))?;
    let start = Start::ResumeToSave { memory: &memory(new), devices: &devices(&from.folder) };
    let console = Console { before: from.console()?, log: Some(File::create(console(new))?) };
    let requests = preparation.after_saving().requests()?;
    save(new, source, start, console, requests, &[Awaited::Ready, Awaited::Output])
}

/// What a guest is to say before it is saved.
#[derive(Clone, Copy)]
enum Awaited {
    Ready,
    Output,
}

/// Starts the machine, sends the requests, and saves it in the folder `new` once it has said what is awaited.
fn save(
    new: &Path,
    source: &Source<'_>,
    start: Start<'_>,
    console: Console,
    requests: Vec<Request>,
    awaited: &[Awaited],
) -> Result<(), Box<dyn std::error::Error>> {
    let mut running = Running::start(source.qemu, source.machine, start, console)?;
    let saved =
        follow(&mut running, requests, awaited, source.limit).and_then(|()| Ok(running.qmp()?.save(&devices(new))?));
    let remains = running.end();
    match (saved, remains.report) {
        (Err(reason), _) => Err(format!("{reason} {}", remains.complaints).trim_end().into()),
        (Ok(()), Some(report)) => Err(format!("the kernel reported {} while booting", report.fault).into()),
        (Ok(()), None) => Ok(()),
    }
}

/// The new state becomes `folder`, now that all of it is there.
fn finish(new: &Path, folder: &Path, key: &str) -> Result<(), Box<dyn std::error::Error>> {
    let _ = fs::remove_dir_all(folder);
    fs::write(new.join("key"), key)?;
    fs::rename(new, folder)?;
    Ok(())
}

fn follow(
    running: &mut Running,
    requests: Vec<Request>,
    awaited: &[Awaited],
    limit: Duration,
) -> Result<(), Box<dyn std::error::Error>> {
    match next(running, limit)? {
        News::Up => {}
        _ => return Err("the guest did not boot".into()),
    }
    for request in requests {
        running.requests.send(request)?;
    }
    for awaited in awaited {
        match (awaited, next(running, limit)?) {
            (Awaited::Ready, News::Ready) | (Awaited::Output, News::Output) => {}
            (_, News::Failed(Failure::Setup { doing, reason })) => return Err(format!("{doing}: {reason}").into()),
            (Awaited::Ready, _) => return Err("the guest did not load its modules".into()),
            (Awaited::Output, _) => return Err("the command did not write anything".into()),
        }
    }
    Ok(())
}

fn next(running: &Running, limit: Duration) -> Result<News, Box<dyn std::error::Error>> {
    match running.news.recv_timeout(limit) {
        Ok(News::Broken(error)) => Err(error.into()),
        Ok(news) => Ok(news),
        Err(_) => Err(format!("the guest does not go on within {} s", limit.as_secs()).into()),
    }
}

/// Removes all but those that were used last.
fn remove_old(states: &Path) -> io::Result<()> {
    let folders = fs::read_dir(states)?.flatten().map(|entry| entry.path());
    let mut used: Vec<_> = folders.filter_map(|folder| Some((last_used(&folder)?, folder))).collect();
    used.sort();
    for (_, folder) in used.iter().rev().skip(KEPT) {
        match fs::remove_dir_all(folder) {
            // Somebody else made a state, too.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => result?,
        }
    }
    Ok(())
}

/// When a state was used last, or began to be made; `None` for what is no state.
fn last_used(folder: &Path) -> Option<SystemTime> {
    let is_new = folder.extension().is_some_and(|extension| extension == NEW);
    let noted = if is_new { folder.to_owned() } else { folder.join("key") };
    noted.metadata().ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;
    use std::sync::mpsc;
    use std::thread;

    use temporary::Directory;

    use super::*;
    use crate::machine::Accelerator;

    fn folder() -> Directory {
        Directory::new("ferrite").expect("make a temporary folder")
    }

    /// A machine whose files, this program among them, are there.
    fn key_of(folder: &Path, append: &[String], share: Option<&str>, processors: u16, setup: Option<&Setup>) -> String {
        let machine = Machine {
            qemu_data: None,
            kernel: &folder.join("Image"),
            initramfs: &folder.join("initramfs.cpio"),
            disk: None,
            accelerator: Accelerator::Tcg,
            memory: "256M".parse().expect("is an amount"),
            processors: NonZeroU16::new(processors).expect("is not zero"),
            share: share.map(PathBuf::from),
            whole_log: false,
            append,
            debugger: None,
        };
        key(&env::current_exe().expect("this is a program"), &machine, setup).expect("all files are there")
    }

    #[test]
    fn the_key_is_of_all_that_matters_and_of_nothing_else() {
        let folder = folder();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("write a file");
        write("Image", "1");
        write("initramfs.cpio", "1");
        let key = |append: &[String], share, processors| key_of(folder.path(), append, share, processors, None);
        let plain = key(&[], None, 1);
        assert_eq!(plain, key(&[], None, 1));
        assert_ne!(plain, key(&["x".to_owned()], None, 1));
        assert_ne!(plain, key(&[], None, 2));
        let shared = key(&[], Some("/a"), 1);
        assert_ne!(plain, shared);
        assert_eq!(shared, key(&[], Some("/b"), 1));
        assert_ne!(plain, key_of(folder.path(), &[], None, 1, Some(&Setup::default())));
        write("Image", "12");
        assert_ne!(plain, key(&[], None, 1));
    }

    #[test]
    fn a_name_alone_or_one_without_its_memory_finds_no_state() {
        let folder = folder();
        fs::write(folder.join("key"), "one").expect("write a file");
        assert!(State::find(folder.path(), "one").is_none());
        fs::write(memory(folder.path()), "").expect("write a file");
        assert!(State::find(folder.path(), "one").is_some());
        assert!(State::find(folder.path(), "another").is_none());
    }

    #[test]
    fn those_that_were_used_last_are_kept() {
        let folder = folder();
        for number in 0..KEPT + 3 {
            let state = folder.join(number.to_string());
            fs::create_dir(&state).expect("make a folder");
            let key = File::create(state.join("key")).expect("make a file");
            let age = Duration::from_secs(60 * number as u64);
            key.set_modified(SystemTime::now() - age).expect("change its time");
        }
        for name in ["of somebody else", "being made.new"] {
            fs::create_dir(folder.join(name)).expect("make a folder");
        }
        remove_old(folder.path()).expect("they can be removed");
        let is_there = |number: usize| folder.join(number.to_string()).exists();
        assert!((0..KEPT - 1).all(is_there) && !(KEPT - 1..KEPT + 3).any(is_there));
        assert!(folder.join("of somebody else").exists() && folder.join("being made.new").exists());
    }

    #[test]
    fn who_makes_one_waits_for_nobody_who_makes_another() {
        let folder = folder();
        let one = lock(folder.path(), u64::MAX).expect("lock it");
        let _another = lock(folder.path(), 0).expect("lock another");
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let _one = lock(folder.path(), u64::MAX).expect("lock it");
                sender.send("locked it").expect("somebody listens");
            });
            assert!(receiver.recv_timeout(Duration::from_millis(50)).is_err(), "two made the same");
            drop(one);
            assert_eq!(receiver.recv(), Ok("locked it"));
        });
    }
}
