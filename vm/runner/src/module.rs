// SPDX-License-Identifier: MIT OR Apache-2.0

//! Kernel modules of the host that the guest is to load.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::error::Error;

/// A module, as the user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its `.ko`.
    pub file: PathBuf,
    /// As insmod takes them: `devices=4 major=240`.
    pub parameters: String,
}

impl Module {
    /// `FILE[,PARAMETER=VALUE...]`. A comma within a value is followed by no `=` up to the next one: `x.ko,ports=1,2,name=y`.
    pub fn parse(text: OsString) -> Result<Self, &'static str> {
        let mut parts = text.as_bytes().split(|&byte| byte == b',');
        let file = parts.next().filter(|file| !file.is_empty()).ok_or("it names no file")?;
        let mut parameters = String::new();
        for part in parts {
            let part = std::str::from_utf8(part).map_err(|_| "its parameters are not text")?;
            if !parameters.is_empty() {
                parameters.push(if part.contains('=') { ' ' } else { ',' });
            }
            parameters.push_str(part);
        }
        Ok(Self { file: OsStr::from_bytes(file).into(), parameters })
    }

    /// What the guest is told of it, and its file.
    pub fn read(&self) -> Result<(vm_protocol::Module, Vec<u8>), Error> {
        let failed = |reason| Error::file("the module", &self.file, reason, "name a readable .ko file with --module");
        let file = fs::read(&self.file).map_err(failed)?;
        let name = self
            .file
            .file_stem()
            .and_then(OsStr::to_str)
            .ok_or(io::ErrorKind::InvalidInput)
            .map_err(|kind| failed(kind.into()))?;
        let module = vm_protocol::Module {
            name: name.to_owned(),
            parameters: self.parameters.clone(),
            length: file.len() as u64,
        };
        Ok((module, file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, file: &str, parameters: &str) {
        let module = Module { file: file.into(), parameters: parameters.to_owned() };
        assert_eq!(Module::parse(text.into()), Ok(module));
    }

    #[test]
    fn a_file_may_have_parameters() {
        check("a/b.ko", "a/b.ko", "");
        check("b.ko,devices=4", "b.ko", "devices=4");
        check("b.ko,devices=4,major=240", "b.ko", "devices=4 major=240");
    }

    #[test]
    fn values_may_be_lists() {
        check("b.ko,ports=1,2,3,name=x", "b.ko", "ports=1,2,3 name=x");
    }

    #[test]
    fn a_file_there_must_be() {
        assert!(Module::parse(",devices=4".into()).is_err());
        assert!(Module::parse("".into()).is_err());
    }
}
