// SPDX-License-Identifier: MIT OR Apache-2.0

//! Go to definition, from the modules into the kernel. The projects are those that `nix run .#editor` writes.

use std::path::Path;

use editor_tests::{repository, Location, Server};
use serde_json::json;

#[track_caller]
fn assert_defined(location: &Location, file: &str, line: &str) {
    assert!(location.file.ends_with(file) && location.line.contains(line), "{location:?}");
}

#[track_caller]
fn assert_set_up(file: &Path) {
    assert!(file.exists(), "{} is not there: make it with `nix run .#editor`", file.display());
}

#[test]
fn rust_analyzer_goes_from_the_driver_into_the_kernel_crate() {
    let driver = repository().join("driver");
    assert_set_up(&driver.join("rust-project.json"));
    // It would run cargo, and look into all that nobody asks about here.
    let options = json!({ "checkOnSave": false, "cachePriming": { "enable": false } });
    let mut server = Server::start("rust-analyzer", &driver, options);
    server.wait_until_loaded();
    let file = driver.join("chardev/file.rs");
    server.open(&file, "rust");
    let mut definition = |line, word| server.definition(&file, line, word);

    // A type, a function, a method by the type of a lock's guard, a macro by example, and one that is a program.
    assert_defined(&definition("minor: Arc<Minor>", "Arc"), "rust/kernel/sync/arc.rs", "pub struct Arc<");
    let file = "rust/kernel/time.rs";
    assert_defined(&definition("map(msecs_to_jiffies)", "msecs"), file, "pub fn msecs_to_jiffies(");
    let file = "rust/kernel/sync/lock.rs";
    assert_defined(&definition("this.buffer.lock().read", "lock"), file, "pub fn lock(");
    let file = "rust/kernel/sync/lock/mutex.rs";
    assert_defined(&definition("buffer <- new_mutex!", "new_mutex"), file, "macro_rules! new_mutex");
    assert_defined(&definition("#[vtable]", "vtable"), "rust/macros/lib.rs", "pub fn vtable(");

    // And within the driver, to where a module is that lies elsewhere.
    assert_defined(&definition("self.minor.set(data)?", "set"), "driver/chardev/minor.rs", "fn set(");
    let file = "driver/abstractions/file_operations.rs";
    assert_defined(&definition("impl FileOperations for", "FileOperations"), file, "pub trait FileOperations:");
    let file = "driver/abstractions/kiocb.rs";
    assert_defined(&definition("if kiocb.appends()", "appends"), file, "fn appends(");
}

#[test]
fn clangd_goes_from_the_twin_into_the_kernels_headers() {
    let repository = repository();
    assert_set_up(&repository.join("compile_commands.json"));
    let mut server = Server::start("clangd", &repository, json!({}));
    let twin = repository.join("tests/twin/twin.c");
    server.open(&twin, "c");
    let mut definition = |line, word| server.definition(&twin, line, word);
    assert_defined(&definition("guard(mutex)", "guard"), "include/linux/cleanup.h", "#define guard(");
    assert_defined(&definition("copy_from_user(", "copy"), "include/linux/uaccess.h", "copy_from_user(");
    assert_defined(
        &definition("struct ioctl_info", "ioctl_info"),
        "driver/include/uapi/chardev.h",
        "struct ioctl_info {",
    );
}
