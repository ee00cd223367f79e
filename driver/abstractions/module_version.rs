// SPDX-License-Identifier: GPL-2.0

//! Versions of modules.
//!
//! C header: [`include/linux/module.h`](srctree/include/linux/module.h)

/// Gives the module a version, which `modinfo` and `/sys/module/NAME/version` show.
///
/// The same as `MODULE_VERSION` in C, which the `module!` macro has no field for. The arguments are
/// the name of the module, as in `module!`, and the version.
///
/// # Examples
///
/// ```
/// module_version!("example", "1.2.3");
/// ```
#[macro_export]
macro_rules! module_version {
    ($module:literal, $version:literal) => {
        const _: () = {
            #[cfg(MODULE)]
            const ENTRY: &str = ::core::concat!("version=", $version, "\0");
            // What is built in shares one section, so each entry tells whose it is.
            #[cfg(not(MODULE))]
            const ENTRY: &str = ::core::concat!($module, ".version=", $version, "\0");

            #[used]
            #[link_section = ".modinfo"]
            static VERSION: [u8; ENTRY.len()] = match ENTRY.as_bytes().first_chunk() {
                Some(bytes) => *bytes,
                // The array is as long as the text.
                None => ::core::unreachable!(),
            };
        };
    };
}
