// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the guest is told once it is up, be it booted or resumed.

use std::fs::File;
use std::io::Read;
use std::time::SystemTime;

use vm_protocol::{Bytes, Command, Request, Setup, MAX_CHUNK};

use crate::cli::Options;
use crate::error::Error;

/// The bytes of a seed: what the kernel's generator holds.
const SEED: usize = 32;

/// All that there is to tell before the command's input.
#[derive(Clone)]
pub struct Preparation {
    setup: Setup,
    files: Vec<Vec<u8>>,
    /// What to start, if that is still to be done.
    command: Option<Command>,
}

impl Preparation {
    /// Reads what it needs.
    pub fn new(options: &Options, command: Command) -> Result<Self, Error> {
        let read: Vec<_> = options.modules.iter().map(|module| module.read()).collect::<Result<_, _>>()?;
        let (modules, files) = read.into_iter().unzip();
        let setup =
            Setup { share: options.share.is_some(), own_modules: !options.no_module, modules, ..Setup::default() };
        Ok(Self { setup, files, command: Some(command) })
    }

    /// What can be done before a machine is saved: to load the guest's own modules, if there are no others to load.
    pub fn to_save(&self) -> Option<Setup> {
        let is_possible = self.setup.own_modules && self.setup.modules.is_empty();
        is_possible.then(|| Setup { share: false, ..self.setup.clone() })
    }

    /// What is left to do in a machine that was saved.
    pub fn after_saving(&self) -> Self {
        let own_modules = self.setup.own_modules && self.to_save().is_none();
        Self { setup: Setup { own_modules, ..self.setup.clone() }, ..self.clone() }
    }

    /// The same, if the command was started before.
    pub fn after_output(&self) -> Self {
        Self { command: None, ..self.after_saving() }
    }

    /// The command, if it is still to be started.
    pub fn command(&self) -> Option<&Command> {
        self.command.as_ref()
    }

    /// The requests, at the time when they are sent.
    pub fn requests(self) -> Result<Vec<Request>, Error> {
        let setup = now(self.setup)?;
        let pieces = self.files.iter().flat_map(|file| file.chunks(MAX_CHUNK));
        let pieces = pieces.map(|piece| Request::Piece(Bytes::from(piece)));
        Ok([Request::Prepare(setup)].into_iter().chain(pieces).chain(self.command.map(Request::Run)).collect())
    }
}

/// With what is another each time.
pub fn now(setup: Setup) -> Result<Setup, Error> {
    // Before 1970 there is no telling the guest.
    let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    Ok(Setup { time, seed: Bytes::from(seed()?), ..setup })
}

fn seed() -> Result<Vec<u8>, Error> {
    let mut seed = vec![0; SEED];
    File::open("/dev/urandom")
        .and_then(|mut device| device.read_exact(&mut seed))
        .map_err(|reason| Error::Host { doing: "draw random numbers", reason })?;
    Ok(seed)
}
