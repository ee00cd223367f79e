// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs the program against a small signed archive, with the machine's real gpgv and apt's program for downloads, and breaks
//! one link of the chain after the other.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use pins::lock::{Lock, Package, Pin};
use temporary::Directory;

const PINS: &str = "[archive]\nkeyring = \"keyring.gpg\"\nsuites = [\"first\"]\n\
                    [sets.host]\narchitecture = \"amd64\"\npackages = [\"compiler\"]\n";

/// The command, in the folder above that of this test, as cargo puts them, wherever that is now.
fn program() -> PathBuf {
    env::current_exe().expect("it has a path").with_file_name("../verify")
}

/// An archive, a repository that pins packages of it, and a store that has them.
struct Room {
    folder: Directory,
}

impl Room {
    fn new() -> Self {
        let room = Room { folder: Directory::new("verify-test").expect("make a temporary folder") };
        test_archive::copy_to(room.folder.path());
        for folder in ["toolchain/release", "toolchain/seed/x86_64-linux", "seeds/x86_64-linux", "store"] {
            fs::create_dir_all(room.path(folder)).expect("make a folder");
        }
        room.write("toolchain/pins.toml", PINS);
        for seed in ["toolchain/seed/x86_64-linux/seed", "seeds/x86_64-linux/seed"] {
            room.write(seed, "machine code");
        }
        room.write("nixw", "#!/bin/sh\n");
        fs::copy(room.path("debian/dists/first/InRelease"), room.kept()).expect("keep what is signed");
        let packages = ["compiler", "headers", "libc"].map(|name| room.pin(name));
        let lock = Lock { snapshot: "20251101T000000Z".to_owned(), packages: packages.into() };
        lock.write(&room.path("toolchain/pins.lock"), &[]).expect("write the lock file");
        room.fill_store(&lock);
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn kept(&self) -> PathBuf {
        self.path("toolchain/release/first.InRelease")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("write a file");
    }

    /// Changes a file by replacing text in it.
    #[track_caller]
    fn tamper(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).expect("read a file");
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    /// A package of the suite `first`, as the index has it.
    fn pin(&self, name: &str) -> (String, Package) {
        let index = fs::read_to_string(self.path("debian/dists/first/main/binary-amd64/Packages")).unwrap();
        let paragraph = index.split("\n\n").find(|text| text.starts_with(&format!("Package: {name}\n"))).unwrap();
        let field = |field: &str| paragraph.lines().find_map(|line| line.strip_prefix(field)).unwrap().to_owned();
        let pin = Pin {
            version: field("Version: "),
            size: field("Size: ").parse().unwrap(),
            sha256: field("SHA256: "),
            path: format!("debian/{}", field("Filename: ")),
        };
        let package = Package { pin, sets: ["host".to_owned()].into() };
        (format!("{name}:{}", field("Architecture: ")), package)
    }

    /// Puts the files of the pins where a store would have them, as `make-archive.sh` says what they would be.
    fn fill_store(&self, lock: &Lock) {
        let mut manifest = String::new();
        for (name, Package { pin, .. }) in &lock.packages {
            let (package, architecture) = name.split_once(':').unwrap();
            let path = self.path("store").join(pin.path.rsplit('/').next().unwrap());
            let mut content = format!("{package} {} {architecture}", pin.version).into_bytes();
            content.resize(usize::try_from(pin.size).unwrap(), 0);
            fs::write(&path, content).unwrap();
            manifest += &format!("{} {} {}\n", path.display(), pin.sha256, pin.path);
        }
        self.write("manifest", &manifest);
    }

    fn verify(&self) -> Output {
        Command::new(program())
            .env("FERRITE_SOURCE", self.folder.path())
            .env("FERRITE_KEYRINGS", self.folder.path())
            .env("FERRITE_MIRROR", format!("file://{}", self.path("debian").display()))
            .env("FERRITE_STORE_PINS", self.path("manifest"))
            .env("FERRITE_SEEDS", self.path("seeds"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("TMPDIR", self.folder.path())
            // Nothing listens there: the archive of all that Debian published is out of reach.
            .env("http_proxy", "http://127.0.0.1:9")
            .output()
            .expect("start verify")
    }

    #[track_caller]
    fn holds(&self) -> String {
        let output = self.verify();
        let text = String::from_utf8(output.stdout).expect("print text");
        assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.ends_with("\nevery link holds\n"), "{text}");
        text
    }

    /// Asserts that the program ends with a status, having told of `causes` in three parts each, and returns what it printed.
    #[track_caller]
    fn ends(&self, status: i32, causes: &[&str]) -> String {
        let output = self.verify();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{message}");
        let lines: Vec<&str> = message.lines().collect();
        let told: Vec<&[&str]> = lines.windows(3).filter(|lines| lines[0].starts_with("verify: cannot ")).collect();
        assert!(told.iter().all(|lines| lines[2].starts_with("  do this: ")), "{message}");
        assert_eq!(told.len(), causes.len(), "{message}");
        for (lines, cause) in told.iter().zip(causes) {
            assert!(lines[1].starts_with("  because: ") && lines[1].contains(cause), "{cause}: {message}");
        }
        String::from_utf8(output.stdout).expect("print text")
    }
}

#[test]
fn every_link_holds() {
    let room = Room::new();
    let shown = room.holds();
    assert!(shown.starts_with("signature  first: signed 2025-11-01T00:00:00Z by "), "{shown}");
    assert!(shown.contains("\nindex      first/main/binary-amd64/Packages: 7 packages, 1,6"), "{shown}");
    assert!(
        shown.contains("\npins       3, 5,500 bytes: 3 looked up in the index that they were taken from\n"),
        "{shown}"
    );
    assert!(shown.contains("\nstore      3 of the pins for this machine are what is pinned; 0 were not"), "{shown}");
    assert!(shown.contains(", as its source gives here\n"), "{shown}");
    assert!(shown.contains("\n          12  the seed for x86_64-linux, machine code\n"), "{shown}");

    // Once fetched, an index is there without the mirror.
    fs::remove_dir_all(room.path("debian")).unwrap();
    room.holds();
}

/// Debian's own are compressed.
#[test]
fn a_compressed_index_is_read() {
    let room = Room::new();
    room.tamper("toolchain/pins.toml", "first", "second");
    fs::copy(room.path("debian/dists/second/InRelease"), room.path("toolchain/release/second.InRelease")).unwrap();
    let shown = room.ends(1, &["no index that the archive signed has", "no index that the archive signed has"]);
    assert!(shown.contains("\nindex      second/main/binary-amd64/Packages.xz: 3 packages, 440 bytes\n"), "{shown}");
}

#[test]
fn a_package_in_the_store_that_was_tampered_with_is_caught() {
    let room = Room::new();
    let path = room.path("store/libc_2.41-12_amd64.deb");
    let mut content = fs::read(&path).unwrap();
    *content.last_mut().unwrap() = 1;
    fs::write(&path, content).unwrap();
    let shown = room.ends(1, &["its SHA-256 is "]);
    assert!(shown.contains("\nstore      2 of the pins"), "{shown}");
    assert!(shown.ends_with("\n1 links DO NOT HOLD, as told above\n"), "{shown}");
}

#[test]
fn a_package_that_the_store_lacks_is_no_fault() {
    let room = Room::new();
    fs::remove_file(room.path("store/libc_2.41-12_amd64.deb")).unwrap();
    assert!(room.holds().contains("\nstore      2 of the pins for this machine are what is pinned; 1 were not"));
}

#[test]
fn a_lock_that_was_tampered_with_is_caught() {
    let (_, Package { pin, .. }) = Room::new().pin("libc");
    let hash = pin.sha256.replace(|c: char| c.is_ascii_digit(), "0");
    let cases = [
        (pin.sha256.as_str(), hash.as_str(), "the archive signed SHA-256 "),
        (" 4000 ", " 4001 ", "the archive signed size 4000, and the lock has 4001"),
        ("libc:amd64 2.41-12 ", "libc:amd64 2.41-13 ", "the archive signed version 2.41-12, and the lock has 2.41-13"),
        ("libc:amd64 ", "bash:amd64 ", "the archive signed package libc:amd64, and the lock has bash:amd64"),
        (
            "libc_2.41-12",
            "libc_2.41-66",
            "no index that the archive signed has pool/main/l/libc/libc_2.41-66_amd64.deb",
        ),
    ];
    for (old, new, cause) in cases {
        let room = Room::new();
        room.tamper("toolchain/pins.lock", old, new);
        room.write("manifest", "");
        let output = room.verify();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains(cause), "{message}");
    }
}

#[test]
fn a_store_that_was_filled_by_another_lock_is_refused() {
    let room = Room::new();
    room.tamper("manifest", "debian/pool/main/l/libc/", "debian/pool/main/l/evil/");
    room.ends(1, &["is no pin of this lock"]);
}

#[test]
fn a_release_file_that_was_tampered_with_is_caught() {
    let room = Room::new();
    room.tamper("toolchain/release/first.InRelease", "Origin: Test", "Origin: Evil");
    room.ends(1, &["its text is not what was signed: bad signature by "]);
}

#[test]
fn a_signature_by_somebody_else_is_caught() {
    let room = Room::new();
    fs::copy(room.path("stranger.gpg"), room.path("keyring.gpg")).unwrap();
    room.ends(1, &["nobody in the keyring has signed it"]);
}

#[test]
fn a_seed_that_was_tampered_with_is_caught() {
    let room = Room::new();
    room.write("toolchain/seed/x86_64-linux/seed", "machine cade");
    room.ends(1, &["and its source gives "]);
}

#[test]
fn an_index_that_was_tampered_with_is_not_used() {
    let room = Room::new();
    let folder = room.path("debian/dists/first/main/binary-amd64/by-hash/SHA256");
    let index = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&index).unwrap();
    fs::write(&index, text.replace("2.41-12", "2.41-66")).unwrap();
    // That of today is the same.
    room.ends(3, &["Hash Sum mismatch", "Hash Sum mismatch", "cannot be had"]);
}

#[test]
fn where_the_index_is_gone_that_of_today_is_looked_at_and_says_so() {
    let room = Room::new();
    fs::remove_dir_all(room.path("debian/dists/first")).unwrap();
    fs::rename(room.path("debian/dists/second"), room.path("debian/dists/first")).unwrap();
    // Of the three, the headers are the same package there.
    let shown = room.ends(3, &["by-hash", "the index of today has them no more"]);
    assert!(shown.contains("\nsignature  first as it is today, not as it was: signed "), "{shown}");
    assert!(shown.contains(": 0 looked up in the index that they were taken from\n"), "{shown}");
    assert!(shown.contains("\npins       1 looked up in the index of today only\n"), "{shown}");
    assert!(shown.ends_with("\nnothing is wrong, but 2 links could not be checked, as told above\n"), "{shown}");

    // That one too is believed for its signature only.
    room.tamper("debian/dists/first/InRelease", "Origin: Test", "Origin: Evil");
    room.ends(1, &["by-hash", "bad signature by "]);
}
