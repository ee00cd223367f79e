// SPDX-License-Identifier: MIT OR Apache-2.0

//! The outer layers of a Debian package: an `ar` archive whose member `data.tar.xz` holds the files, see deb(5).

use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::error::Error;

/// Reads the decompressed `data.tar` of a package into memory.
///
/// All of it at once: the decoder holds a whole xz block anyway, which in a Debian package is mostly the whole member.
pub fn data(package: &Path) -> Result<Vec<u8>, Error> {
    let file = File::open(package).map_err(|cause| {
        Error::new(
            format!("open the package {}", package.display()),
            cause,
            "name a package that exists and can be read",
        )
    })?;
    let mut archive = ar::Archive::new(BufReader::new(file));

    match archive.next_entry() {
        Some(Ok(mut member)) if member.header().identifier() == b"debian-binary" => {
            let mut version = String::new();
            member.read_to_string(&mut version).map_err(|cause| damaged(package, cause))?;
            if !version.starts_with("2.") {
                let cause = format!("its format is {}, and this program knows 2.x", version.trim_end());
                return Err(Error::new(reading(package), cause, "name a package in the format that deb(5) describes"));
            }
        }
        Some(Err(cause)) => return Err(damaged(package, cause)),
        Some(Ok(_)) | None => return Err(damaged(package, "it does not start with the member `debian-binary`")),
    }

    while let Some(member) = archive.next_entry() {
        let member = member.map_err(|cause| damaged(package, cause))?;
        let name = String::from_utf8_lossy(member.header().identifier()).into_owned();
        if name == "data.tar.xz" {
            let mut data = Vec::new();
            return match decompress(BufReader::new(member), &mut data) {
                Ok(()) => Ok(data),
                Err(cause) => Err(damaged(package, format!("{name}: {cause}"))),
            };
        }
        if name.starts_with("data.tar") {
            let cause = format!("it holds `{name}`, and this program decompresses xz only");
            return Err(Error::new(reading(package), cause, "unpack it with a program that knows the compression"));
        }
    }
    Err(damaged(package, "it has no member `data.tar.xz`"))
}

fn decompress(mut member: impl BufRead, data: &mut Vec<u8>) -> Result<(), String> {
    use lzma_rs::error::Error::{HeaderTooShort, IoError, LzmaError, XzError};
    lzma_rs::xz_decompress(&mut member, data).map_err(|error| match error {
        IoError(cause) | HeaderTooShort(cause) => cause.to_string(),
        LzmaError(cause) | XzError(cause) => cause,
    })
}

fn reading(package: &Path) -> String {
    format!("read the package {}", package.display())
}

fn damaged(package: &Path, cause: impl Display) -> Error {
    Error::new(reading(package), cause, "get the package again; it is damaged, cut short, or no package")
}
