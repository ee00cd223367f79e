// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs the program against a small signed archive, with the machine's real apt.
//!
//! Each test works on a copy of the archive, which some of them tamper with.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use temporary::Directory;

/// A wish list for the suites in `suites`, with one set: an amd64 host that wants `wish`.
fn wishes(suites: &str, wish: &str) -> String {
    format!(
        "[archive]\nkeyring = \"keyring.gpg\"\nsuites = [{suites}]\n[sets.host]\narchitecture = \"amd64\"\n{wish}\n"
    )
}

/// The command, in the folder above that of this test, as cargo puts them, wherever that is now.
fn program() -> PathBuf {
    env::current_exe().expect("it has a path").with_file_name("../update")
}

struct Room {
    folder: Directory,
}

impl Room {
    fn new(wishes: &str) -> Self {
        let folder = Directory::new("update-test").expect("make a temporary folder");
        let room = Room { folder };
        test_archive::copy_to(room.folder.path());
        // Started by root, apt reads as the user _apt.
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(room.folder.path(), fs::Permissions::from_mode(0o755)).expect("open the folder");
        room.wish(wishes);
        room
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn wish(&self, wishes: &str) {
        fs::write(self.path("pins.toml"), wishes).expect("write the wish list");
    }

    /// Changes a file of the archive by replacing text in it.
    #[track_caller]
    fn tamper(&self, name: &str, old: &str, new: &str) {
        let path = self.path("debian/dists").join(name);
        let text = fs::read_to_string(&path).expect("read a file of the archive");
        assert!(text.contains(old), "{name} has no {old}");
        fs::write(&path, text.replace(old, new)).expect("write a file of the archive");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .current_dir(self.folder.path())
            .env("FERRITE_KEYRINGS", self.folder.path())
            .env("FERRITE_MIRROR", format!("file://{}", self.path("debian").display()))
            .env("TMPDIR", self.folder.path())
            .args(["--pins", "pins.toml", "--lock", "pins.lock"])
            .args(arguments);
        command
    }

    fn update(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("start update")
    }

    /// Runs with these arguments and returns what is printed.
    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.update(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("print text")
    }

    /// Asserts that `--write` fails in three parts, with `cause` in the second, and leaves what was there.
    #[track_caller]
    fn fails(&self, cause: &str) {
        let before = "snapshot 20251101T000000Z\n";
        fs::write(self.path("pins.lock"), before).expect("write a lock file");
        let output = self.update(&["--write"]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        let lines: Vec<&str> = message.lines().skip_while(|line| !line.starts_with("update: cannot ")).collect();
        assert_eq!(lines.len(), 3, "{message}");
        assert!(lines[1].starts_with("  because: ") && lines[1].contains(cause), "{message}");
        assert!(lines[2].starts_with("  do this: "), "{message}");
        assert_eq!(fs::read_to_string(self.path("pins.lock")).expect("read the lock file"), before);
        self.has_no_leftovers();
    }

    /// The lock file's lines, each as its fields, without comments.
    fn lock(&self) -> Vec<Vec<String>> {
        let text = fs::read_to_string(self.path("pins.lock")).expect("read the lock file");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(' ').map(str::to_owned).collect()).collect()
    }

    /// The packages of the only set, in the lock file's order.
    #[track_caller]
    fn host(&self) -> Vec<String> {
        let lock = self.lock();
        assert!(lock[1..].iter().all(|package| package[5] == "host"), "{lock:?}");
        lock[1..].iter().map(|package| package[0].clone()).collect()
    }

    fn version(&self, package: &str) -> Option<String> {
        self.lock().into_iter().find(|fields| fields[0] == package).map(|fields| fields[1].clone())
    }

    #[track_caller]
    fn has_no_leftovers(&self) {
        let names = fs::read_dir(self.folder.path()).expect("list the folder").map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names.retain(|name| name != "pins.lock" && name != "release");
        assert_eq!(names, ["debian", "keyring.gpg", "later", "make-archive.sh", "pins.toml", "stranger.gpg"]);
    }
}

#[test]
fn a_closure_is_locked() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"compiler\", \"libc:arm64\"]"));

    let shown = room.succeeds(&[]);
    assert!(shown.contains("+ compiler:amd64 1:1.0-1+b1 (1.0 kB)\n"), "{shown}");
    assert!(shown.contains("dry run; `update --write` writes this"), "{shown}");
    assert!(!room.path("pins.lock").exists() && !room.path("release").exists(), "a dry run writes nothing");

    assert!(room.succeeds(&["--write"]).contains("wrote pins.lock"));
    let signed = fs::read(room.path("debian/dists/first/InRelease")).unwrap();
    assert_eq!(fs::read(room.path("release/first.InRelease")).unwrap(), signed, "what was signed is kept");
    // Not the recommended handbook.
    let set = ["assembler:amd64", "big-library:amd64", "compiler:amd64", "headers:all", "libc:amd64", "libc:arm64"];
    assert_eq!(room.host(), set);
    let lock = room.lock();
    assert_eq!(
        lock[3],
        [
            "compiler:amd64",
            "1:1.0-1+b1",
            "1000",
            &sha256_of(&room, "first", "compiler"),
            "debian/pool/main/c/compiler/compiler_1.0-1+b1_amd64.deb",
            "host",
        ]
    );

    let before = fs::read(room.path("pins.lock")).unwrap();
    let snapshot = lock[0].join(" ");
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(room.succeeds(&["--write"]), "pins.lock is up to date\n");
    assert_eq!(fs::read(room.path("pins.lock")).unwrap(), before, "{snapshot} stays when nothing else changes");
    room.has_no_leftovers();
}

fn sha256_of(room: &Room, suite: &str, package: &str) -> String {
    let index = fs::read_to_string(room.path("debian/dists").join(suite).join("main/binary-amd64/Packages")).unwrap();
    let paragraph = index.split("\n\n").find(|text| text.starts_with(&format!("Package: {package}\n"))).unwrap();
    paragraph.lines().find_map(|line| line.strip_prefix("SHA256: ")).unwrap().to_owned()
}

/// On a machine that has seen no `apt-get update` yet, where apt knows no more of its sources than their addresses.
#[test]
fn the_mirror_of_a_fresh_machine_is_found() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    let folder = room.folder.path().display();
    for name in ["fresh/sources.d", "fresh/lists/partial"] {
        fs::create_dir_all(room.path(name)).unwrap();
    }
    fs::write(
        room.path("fresh/sources.d/a.sources"),
        format!(
            "Types: deb\nURIs: file:{folder}/vendor\nSuites: first\nComponents: main\n\n\
             Types: deb\nURIs: file:{folder}/debian\nSuites: first\nComponents: main\n"
        ),
    )
    .unwrap();
    fs::write(
        room.path("fresh/apt.conf"),
        format!(
            "Dir::Etc::sourcelist \"/dev/null\";\nDir::Etc::sourceparts \"{folder}/fresh/sources.d\";\n\
             Dir::State::lists \"{folder}/fresh/lists\";\n"
        ),
    )
    .unwrap();
    let mut command = room.command(&["--write"]);
    let output = command.env_remove("FERRITE_MIRROR").env("APT_CONFIG", room.path("fresh/apt.conf")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(room.host(), ["libc:amd64"]);
}

#[test]
fn a_set_without_closure_is_what_it_names() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"compiler\", \"handbook\"]\nclosure = false"));
    room.succeeds(&["--write"]);
    assert_eq!(room.host(), ["compiler:amd64", "handbook:all"]);
}

#[test]
fn what_is_omitted_takes_along_what_only_it_needs() {
    // The compiler wants the assembler in one version, and `ghost`, which only the assembler provides.
    let room = Room::new(&wishes("\"first\"", "packages = [\"compiler\"]\nomit = [\"assembler\"]"));
    room.succeeds(&["--write"]);
    assert_eq!(room.host(), ["compiler:amd64", "headers:all", "libc:amd64"]);
}

#[test]
fn a_set_is_resolved_for_its_own_architecture() {
    let list = wishes("\"first\"", "packages = [\"libc\"]").replace("amd64", "arm64");
    let room = Room::new(&list);
    room.succeeds(&["--write"]);
    assert_eq!(room.host(), ["libc:arm64"]);
}

#[test]
fn a_set_for_hosts_is_resolved_for_each() {
    let list = wishes("\"first\"", "packages = [\"libc\", \"headers\"]").replace("amd64", "host");
    let room = Room::new(&format!("hosts = [\"amd64\", \"arm64\"]\n{list}"));
    room.succeeds(&["--write"]);
    let lock = room.lock();
    let lines: Vec<_> = lock[1..].iter().map(|package| (package[0].as_str(), package[5].as_str())).collect();
    let expected =
        [("headers:all", "host:amd64,host:arm64"), ("libc:amd64", "host:amd64"), ("libc:arm64", "host:arm64")];
    assert_eq!(lines, expected);
    // The lock that was written is also read.
    assert_eq!(room.succeeds(&[]), "pins.lock is up to date\n");
}

#[test]
fn the_first_suite_is_preferred_and_a_set_can_name_another() {
    let suites = "\"first\", \"first-backports\"";
    let room = Room::new(&wishes(suites, "packages = [\"libc\"]"));
    room.succeeds(&["--write"]);
    assert_eq!(room.version("libc:amd64").as_deref(), Some("2.41-12"));

    room.wish(&wishes(suites, "packages = [\"libc\"]\nsuite = \"first-backports\""));
    let shown = room.succeeds(&["--write"]);
    assert!(shown.starts_with("~ libc:amd64 2.41-12 -> 2.50-1~bpo1 (+100 B)\n"), "{shown}");

    // A package that only the other suite has needs no naming.
    room.wish(&wishes(suites, "packages = [\"linux-source\"]\nclosure = false"));
    room.succeeds(&["--write"]);
    assert_eq!(room.version("linux-source:all").as_deref(), Some("7.3.4-1~bpo1+1"));
}

#[test]
fn a_newer_archive_moves_the_pins() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"compiler\"]"));
    room.succeeds(&["--write"]);
    room.wish(&wishes("\"second\"", "packages = [\"compiler\"]"));
    let shown = room.succeeds(&["--write"]);
    assert!(shown.ends_with("\nwrote pins.lock\n"), "{shown}");
    assert!(
        shown.starts_with(
            "- assembler:amd64 2.0~rc1-1 (2.0 kB)\n\
         - big-library:amd64 3 (3.0 MB)\n\
         ~ compiler:amd64 1:1.0-1+b1 -> 1:1.1-1 (+100 B)\n\
         ~ libc:amd64 2.41-12 -> 2.41-13 (-3.1 kB)\n\
         ~ set host: -assembler:amd64 -big-library:amd64\n\
         0 added, 2 removed, 2 changed; 3 packages, 2.5 kB (-3.0 MB)\n"
        ),
        "{shown}"
    );
}

#[test]
fn security_fixes_are_named() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    room.succeeds(&["--write"]);
    room.wish(&wishes("\"second\"", "packages = [\"libc\"]"));
    // Of the new version's changelog, no more than what the old version lacked.
    let shown = room.succeeds(&[]);
    assert!(shown.contains("\n! libc fixes CVE-2025-1111 CVE-2025-22222\n2 security fixes (CVE) named in the changelogs of 1 of 1 sources\n"), "{shown}");
    assert!(!shown.contains("CVE-2024-3333"), "{shown}");

    // A changelog that cannot be had is told, and keeps nobody from moving the pins.
    fs::remove_dir_all(room.path("debian/pool")).unwrap();
    let shown = room.succeeds(&["--write"]);
    assert!(shown.contains("\n? libc: cannot read the changelog of libc:amd64 2.41-13\n    because: "), "{shown}");
    assert_eq!(room.version("libc:amd64").as_deref(), Some("2.41-13"));
}

#[test]
fn an_archive_older_than_the_known_one_is_refused() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    fs::create_dir(room.path("release")).unwrap();
    fs::copy(room.path("later/first.InRelease"), room.path("release/first.InRelease")).unwrap();
    room.fails("signed 2025-11-01T00:00:00Z, and the pins were taken from one signed 2025-11-08T00:00:00Z");

    // The other way round it is an update.
    fs::copy(room.path("debian/dists/first/InRelease"), room.path("release/first.InRelease")).unwrap();
    fs::copy(room.path("later/first.InRelease"), room.path("debian/dists/first/InRelease")).unwrap();
    room.succeeds(&["--write"]);
}

#[test]
fn a_kept_release_file_that_was_tampered_with_is_refused() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    fs::create_dir(room.path("release")).unwrap();
    let signed = fs::read_to_string(room.path("later/first.InRelease")).unwrap();
    fs::write(room.path("release/first.InRelease"), signed.replace("Origin: Test", "Origin: Evil")).unwrap();
    room.fails("bad signature by");
}

#[test]
fn the_lock_stays_when_what_belongs_to_it_cannot_be_written() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    fs::write(room.path("release"), "a file in the place of the folder").unwrap();
    room.fails("File exists");
}

#[test]
fn an_index_that_was_tampered_with_is_refused() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    room.tamper("first/main/binary-amd64/Packages", "2.41-12", "2.41-66");
    room.fails("Hash Sum mismatch");
}

#[test]
fn a_release_file_that_was_tampered_with_is_refused() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    room.tamper("first/InRelease", "Origin: Test", "Origin: Evil");
    room.fails("is not signed");
}

#[test]
fn a_release_file_without_a_signature_is_refused() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]"));
    let folder = room.path("debian/dists/first");
    let signed = fs::read_to_string(folder.join("InRelease")).unwrap();
    let body = signed.split_once("\n\n").unwrap().1.split_once("-----BEGIN PGP SIGNATURE").unwrap().0;
    fs::write(folder.join("Release"), body).unwrap();
    fs::remove_file(folder.join("InRelease")).unwrap();
    room.fails("is not signed");
}

#[test]
fn a_signature_by_somebody_else_is_refused() {
    let list = wishes("\"first\"", "packages = [\"libc\"]");
    let room = Room::new(&list.replace("keyring.gpg", "stranger.gpg"));
    room.fails("is not signed");
}

#[test]
fn an_archive_out_of_date_is_refused() {
    let room = Room::new(&wishes("\"expired\"", "packages = [\"libc\"]"));
    room.fails("expired");
}

#[test]
fn an_archive_of_a_time_to_come_is_refused() {
    let room = Room::new(&wishes("\"future\"", "packages = [\"libc\"]"));
    room.fails("not valid yet");
}

#[test]
fn what_the_archive_does_not_have_is_named() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"no-such-package\"]"));
    room.fails("no-such-package");
    room.wish(&wishes("\"first\"", "packages = [\"libc\"]\nomit = [\"headers\", \"no-such-package\"]"));
    room.fails("no-such-package");
    room.wish(&wishes("\"first\"", "packages = [\"broken\"]"));
    room.fails("broken : Depends: nowhere");
    room.wish(&wishes("\"first\", \"no-such-suite\"", "packages = [\"libc\"]"));
    room.fails("no-such-suite");
}

#[test]
fn a_keyring_that_is_not_there_is_named() {
    let room = Room::new(&wishes("\"first\"", "packages = [\"libc\"]").replace("keyring.gpg", "none.gpg"));
    room.fails("there is no such file");
}
