// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs the program on packages, good and bad, and looks at what it leaves.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tar::{EntryType, Header};
use temporary::Directory;

/// The command, in the folder above that of this test, as cargo puts them, wherever that is now.
fn program() -> PathBuf {
    env::current_exe().expect("it has a path").with_file_name("../seed")
}

/// One entry of a package's data.tar, as hostile as its author likes: nothing is checked on the way in.
struct Item {
    path: &'static str,
    kind: EntryType,
    mode: u32,
    link: &'static str,
    content: &'static str,
}

fn folder(path: &'static str) -> Item {
    Item { path, kind: EntryType::Directory, mode: 0o755, link: "", content: "" }
}

fn file(path: &'static str, content: &'static str) -> Item {
    Item { path, kind: EntryType::Regular, mode: 0o644, link: "", content }
}

fn symlink(path: &'static str, link: &'static str) -> Item {
    Item { path, kind: EntryType::Symlink, mode: 0o777, link, content: "" }
}

fn hard_link(path: &'static str, link: &'static str) -> Item {
    Item { path, kind: EntryType::Link, mode: 0o644, link, content: "" }
}

fn data_tar(items: &[Item]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for item in items {
        let mut header = Header::new_gnu();
        // The crate's own setters refuse the very paths that a hostile package has.
        header.as_old_mut().name[..item.path.len()].copy_from_slice(item.path.as_bytes());
        header.as_old_mut().linkname[..item.link.len()].copy_from_slice(item.link.as_bytes());
        header.set_entry_type(item.kind);
        header.set_mode(item.mode);
        header.set_mtime(1_000_000_000);
        header.set_size(item.content.len() as u64);
        header.set_cksum();
        tar.append(&header, item.content.as_bytes()).expect("append to a tar in memory");
    }
    tar.into_inner().expect("finish a tar in memory")
}

fn members(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = ar::Builder::new(Vec::new());
    for (name, content) in members {
        let header = ar::Header::new(name.as_bytes().to_vec(), content.len() as u64);
        package.append(&header, *content).expect("append to an ar in memory");
    }
    package.into_inner().expect("finish an ar in memory")
}

fn xz(data: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    lzma_rs::xz_compress(&mut &*data, &mut compressed).expect("compress in memory");
    compressed
}

fn package(items: &[Item]) -> Vec<u8> {
    members(&[("debian-binary", b"2.0\n"), ("control.tar.xz", b""), ("data.tar.xz", &xz(&data_tar(items)))])
}

/// A folder with packages in it, and OUT beside them.
struct Room {
    folder: Directory,
}

impl Room {
    fn new() -> Self {
        Room { folder: Directory::new("seed-test").expect("make a temporary folder") }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Runs the program with OUT and these packages, under a tight umask, which must not show in the result.
    fn seed(&self, packages: &[Vec<u8>]) -> Output {
        let mut command = Command::new(program());
        command.current_dir(self.folder.path()).env_clear().arg("out");
        for (number, bytes) in packages.iter().enumerate() {
            let name = format!("{number}.deb");
            fs::write(self.folder.path().join(&name), bytes).expect("write a package");
            command.arg(name);
        }
        command.output().expect("start seed")
    }

    #[track_caller]
    fn accepts(&self, packages: &[Vec<u8>]) {
        let output = self.seed(packages);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout) + &text(&output.stderr), "");
    }

    /// Asserts a failure in three parts whose cause contains `cause`.
    #[track_caller]
    fn refuses(&self, packages: &[Vec<u8>], cause: &str) {
        let output = self.seed(packages);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        let message = text(&output.stderr);
        let lines: Vec<&str> = message.lines().collect();
        assert_eq!(lines.len(), 3, "{message}");
        assert!(lines[0].starts_with("seed: cannot "), "{message}");
        assert!(lines[1].starts_with("  because: ") && lines[1].contains(cause), "{message}");
        assert!(lines[2].starts_with("  do this: "), "{message}");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn mode(path: &Path) -> u32 {
    path.symlink_metadata().expect("stat").permissions().mode() & 0o7777
}

/// Every path below a folder with what is there, sorted: enough to see that two trees are the same.
fn listing(folder: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("read a folder").path();
        let metadata = path.symlink_metadata().expect("stat");
        let content = if metadata.is_file() { fs::read(&path).expect("read a file") } else { Vec::new() };
        found.push((path.clone(), metadata.mode(), content));
        if metadata.is_dir() {
            found.extend(listing(&path));
        }
    }
    found.sort();
    found
}

#[test]
fn unpacks_folders_files_and_links() {
    let room = Room::new();
    room.accepts(&[package(&[
        folder("./"),
        folder("./usr/"),
        folder("./usr/bin/"),
        Item { mode: 0o755, ..file("./usr/bin/tool", "#!/bin/sh\n") },
        hard_link("./usr/bin/alias", "./usr/bin/tool"),
        symlink("./usr/bin/absolute", "/etc/alternatives/tool"),
        symlink("./usr/bin/relative", "tool"),
        file("./usr/empty", ""),
    ])]);
    let bin = room.out().join("usr/bin");
    assert_eq!(fs::read(bin.join("tool")).unwrap(), b"#!/bin/sh\n");
    assert_eq!(mode(&bin.join("tool")), 0o755);
    assert_eq!(mode(&room.out().join("usr/empty")), 0o644);
    assert_eq!(fs::metadata(bin.join("alias")).unwrap().ino(), fs::metadata(bin.join("tool")).unwrap().ino());
    assert_eq!(fs::read_link(bin.join("absolute")).unwrap(), Path::new("/etc/alternatives/tool"));
    assert_eq!(fs::read_link(bin.join("relative")).unwrap(), Path::new("tool"));
}

#[test]
fn drops_set_user_id_set_group_id_and_sticky() {
    let room = Room::new();
    room.accepts(&[package(&[
        Item { mode: 0o1777, ..folder("./tmp/") },
        Item { mode: 0o2775, ..folder("./mail/") },
        Item { mode: 0o6755, ..file("./su", "") },
    ])]);
    assert_eq!(mode(&room.out().join("tmp")), 0o777);
    assert_eq!(mode(&room.out().join("mail")), 0o775);
    assert_eq!(mode(&room.out().join("su")), 0o755);
}

#[test]
fn keeps_long_names_and_names_outside_utf8() {
    let room = Room::new();
    let long = format!("./{}/{}", "f".repeat(120), "g".repeat(120));
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(4);
    header.set_mode(0o644);
    tar.append_data(&mut header, &long, &b"long"[..]).unwrap();
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..5].copy_from_slice(b"./\xe9\xff!");
    header.set_size(5);
    header.set_mode(0o644);
    header.set_cksum();
    tar.append(&header, &b"bytes"[..]).unwrap();
    let data = tar.into_inner().unwrap();
    room.accepts(&[members(&[("debian-binary", b"2.0\n"), ("data.tar.xz", &xz(&data))])]);

    use std::os::unix::ffi::OsStrExt;
    assert_eq!(fs::read(room.out().join(long)).unwrap(), b"long");
    let bytes = std::ffi::OsStr::from_bytes(b"\xe9\xff!");
    assert_eq!(fs::read(room.out().join(bytes)).unwrap(), b"bytes");
}

#[test]
fn packages_share_folders() {
    let room = Room::new();
    room.accepts(&[
        package(&[folder("./usr/"), folder("./usr/lib/"), file("./usr/lib/one", "1"), symlink("./lib", "usr/lib")]),
        package(&[folder("./usr/"), folder("./lib/"), file("./lib/two", "2")]),
    ]);
    assert!(room.out().join("lib").is_symlink());
    assert_eq!(fs::read(room.out().join("usr/lib/one")).unwrap(), b"1");
    assert_eq!(fs::read(room.out().join("usr/lib/two")).unwrap(), b"2");
}

#[test]
fn packages_do_not_share_files() {
    let packages = [package(&[file("./same", "first")]), package(&[file("./same", "second")])];
    let room = Room::new();
    room.refuses(&packages, "`./same` is there already");
    assert_eq!(fs::read(room.out().join("same")).unwrap(), b"first");

    let room = Room::new();
    room.refuses(&[package(&[file("./same", "")]), package(&[symlink("./same", "x")])], "`./same` is there already");
    let room = Room::new();
    room.refuses(&[package(&[folder("./same/")]), package(&[file("./same", "")])], "`./same` is there already");
    let room = Room::new();
    room.refuses(&[package(&[file("./same", "")]), package(&[folder("./same/")])], "`./same/` is there already");
}

#[test]
fn refuses_paths_that_leave_the_folder() {
    for path in ["../escaped", "./usr/../../escaped", "./..", "/escaped", "/"] {
        let room = Room::new();
        room.refuses(&[package(&[folder("./usr/"), file(path, "x")])], "leads out of the folder");
        assert!(!room.folder.path().join("escaped").exists());
    }
}

#[test]
fn refuses_to_write_through_a_link_that_leaves_the_folder() {
    for link in ["..", "../beside", "usr/../.."] {
        let room = Room::new();
        let beside = room.folder.path().join("beside");
        fs::create_dir(&beside).unwrap();
        let before = listing(&beside);
        room.refuses(
            &[package(&[folder("./usr/"), symlink("./door", link), file("./door/escaped", "x")])],
            "outside of destination path",
        );
        assert_eq!(listing(&beside), before);
        assert!(!room.folder.path().join("escaped").exists());
    }
}

#[test]
fn refuses_to_make_a_folder_through_a_link_that_leaves_the_folder() {
    let room = Room::new();
    let beside = room.folder.path().join("beside");
    fs::create_dir(&beside).unwrap();
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o700)).unwrap();
    room.refuses(
        &[package(&[symlink("./door", "../beside"), folder("./door/escaped/")])],
        "outside of destination path",
    );
    assert_eq!(listing(&beside), []);

    // A folder of the link's own name would give its permissions to whatever the link leads to.
    fs::remove_dir_all(room.out()).unwrap();
    room.refuses(
        &[package(&[symlink("./door", "../beside")]), package(&[Item { mode: 0o777, ..folder("./door/") }])],
        "a link that leads elsewhere",
    );
    assert_eq!(mode(&beside), 0o700);
}

#[test]
fn refuses_hard_links_that_leave_the_folder() {
    let room = Room::new();
    let secret = room.folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    for link in ["../secret", secret.to_str().unwrap()] {
        let link: &'static str = link.to_owned().leak();
        room.refuses(&[package(&[hard_link("./link", link)])], "outside of destination path");
    }
    assert!(!room.out().join("link").exists());
    assert_eq!(fs::metadata(&secret).unwrap().nlink(), 1);
}

#[test]
fn refuses_what_is_neither_folder_file_nor_link() {
    for kind in [EntryType::Char, EntryType::Block, EntryType::Fifo, EntryType::new(b'?')] {
        let room = Room::new();
        let mut item = file("./null", "");
        item.kind = kind;
        room.refuses(&[package(&[item])], "is neither folder, file nor link");
        assert!(!room.out().join("null").exists());
    }
}

#[test]
fn refuses_what_is_no_package() {
    let data = xz(&data_tar(&[file("./x", "")]));
    let room = Room::new();
    room.refuses(&[b"".to_vec()], "");
    room.refuses(&[b"plain text".to_vec()], "");
    room.refuses(&[b"!<arch>\n".to_vec()], "`debian-binary`");
    room.refuses(&[members(&[("data.tar.xz", &data)])], "`debian-binary`");
    room.refuses(&[members(&[("debian-binary", b"3.0\n"), ("data.tar.xz", &data)])], "its format is 3.0");
    room.refuses(&[members(&[("debian-binary", b"2.0\n")])], "no member `data.tar.xz`");
    room.refuses(&[members(&[("debian-binary", b"2.0\n"), ("data.tar.zst", b"")])], "decompresses xz only");
    room.refuses(&[members(&[("debian-binary", b"2.0\n"), ("data.tar.xz", &xz(b"no tar"))])], "");
    assert_eq!(listing(&room.out()), []);
}

#[test]
fn refuses_a_package_that_is_not_there() {
    let room = Room::new();
    let output = Command::new(program()).arg(room.out()).arg("/nonexistent.deb").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("seed: cannot open the package /nonexistent.deb\n"));
}

#[test]
fn says_how_it_is_used() {
    for arguments in [&[][..], &["out"]] {
        let output = Command::new(program()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with("usage: seed OUT DEB…\n"));
    }
}

#[test]
fn refuses_a_truncated_package() {
    let whole = package(&[folder("./usr/"), file("./usr/file", "content")]);
    let room = Room::new();
    // The last byte may be ar's padding, which nothing reads.
    for length in (0..whole.len() - 1).step_by(7) {
        room.refuses(&[whole[..length].to_vec()], "");
        assert_eq!(listing(&room.out()), [], "after {length} bytes of {}", whole.len());
    }
}

/// `tests/data/package.deb` is what dpkg-deb makes of a folder with one file, with the checksums that xz puts in and
/// the encoder used elsewhere here does not.
#[test]
fn any_damaged_byte_is_refused_or_does_no_harm() {
    let whole = include_bytes!("data/package.deb");
    let good = Room::new();
    good.accepts(&[whole.to_vec()]);
    let expected = listing(&good.out());
    assert!(expected.iter().any(|(path, _, content)| path.ends_with("usr/file") && content == b"content\n"));

    let mut refused = 0;
    for position in 0..whole.len() {
        fs::remove_dir_all(good.out()).unwrap();
        let mut bytes = whole.to_vec();
        bytes[position] ^= 0x11;
        let output = good.seed(&[bytes]);
        if output.status.success() {
            assert_eq!(listing(&good.out()), expected, "byte {position}");
        } else {
            assert_eq!(output.status.code(), Some(1), "byte {position}: {}", text(&output.stderr));
            refused += 1;
        }
        fs::create_dir_all(good.out()).unwrap();
    }
    // All of data.tar.xz, and the ar headers where they matter.
    assert!(refused > whole.len() / 3, "only {refused} of {} damaged packages were refused", whole.len());
}
