// SPDX-License-Identifier: MIT OR Apache-2.0

//! What happens between the boot, or being resumed, and the command.

use vm_protocol::Setup;

use crate::error::Error;
use crate::modules::Sent;
use crate::{clock, modules, mounts, random};

/// A preparation that may still wait for the files of modules.
pub struct Preparation {
    setup: Setup,
    files: Vec<u8>,
}

impl Preparation {
    /// Does what needs no file.
    pub fn begin(setup: Setup) -> Result<Self, Error> {
        clock::set(setup.time)?;
        random::seed(&setup.seed)?;
        if setup.share {
            mounts::mount_share()?;
        }
        Ok(Self { setup, files: Vec::new() })
    }

    /// Takes the next piece of the files.
    pub fn receive(&mut self, piece: &[u8]) {
        self.files.extend_from_slice(piece);
    }

    /// Does the rest if every file is there; else, that is still to be done.
    pub fn try_finish(self) -> Result<Option<Self>, Error> {
        let Some(sent) = self.sent() else { return Ok(Some(self)) };
        modules::load(self.setup.own_modules, &sent)?;
        Ok(None)
    }

    fn sent(&self) -> Option<Vec<Sent<'_>>> {
        let mut rest = &self.files[..];
        let mut next = |length| {
            let (file, others) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            rest = others;
            Some(file)
        };
        self.setup.modules.iter().map(|module| Some((module, next(module.length)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use vm_protocol::Module;

    use super::*;

    #[test]
    fn files_are_told_apart_by_their_lengths() {
        let module = |length| Module { length, ..Module::default() };
        let setup = Setup { modules: vec![module(2), module(0), module(3)], ..Setup::default() };
        let mut preparation = Preparation { setup, files: Vec::new() };
        for piece in [&b"a"[..], b"bc", b"d"] {
            preparation.receive(piece);
            assert!(preparation.sent().is_none());
        }
        preparation.receive(b"e");
        let files: Vec<_> = preparation.sent().expect("all are there").into_iter().map(|(_, file)| file).collect();
        assert_eq!(files, [&b"ab"[..], b"", b"cde"]);
    }
}
