// SPDX-License-Identifier: MIT OR Apache-2.0

//! What there is to run, and with what.

use std::env;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::group::{Group, Kind};
use crate::machine::Machine;
use crate::test::Test;
use crate::{initramfs, kunit, modules, once, programs, share, Error, Suite};

/// When a test is taken to hang: many times what the longest takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// What one run of the tests found out, for every process of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    machine: Machine,
    groups: Vec<Group>,
}

impl Plan {
    /// The plan of this run. The first process that asks brings everything up to date, the others take what it found.
    ///
    /// # Errors
    ///
    /// Something cannot be built, or does not run.
    pub fn current(suite: &Suite) -> Result<Self, Error> {
        once::a_run(&suite.folder.join(format!("{}.json", suite.name)), |previous: Option<Self>| {
            Self::make(suite, previous.as_ref().map_or(&[], |plan| &plan.groups))
        })
    }

    /// Builds what there is to test, and asks it for its tests.
    fn make(suite: &Suite, previous: &[Group]) -> Result<Self, Error> {
        let environment = Environment::find(suite)?;
        let given = modules::given(&environment)?;
        let (packed, modules) = thread::scope(|scope| {
            let packed = scope.spawn(|| pack(suite, &environment, given.as_deref().unwrap_or_default()));
            let modules = match &given {
                Some(modules) => Ok((modules.clone(), None)),
                None => share(suite, &environment).map(|(modules, share)| (modules, Some(share))),
            };
            (packed.join().expect("does not panic"), modules)
        });
        let ((programs, initramfs), (modules, share)) = (packed?, modules?);
        let machine = Machine {
            vm: environment.need("FERRITE_VM", "find the machine")?.into(),
            options: environment.words("FERRITE_VM_ARGUMENTS"),
            // Those that are given are stripped; their `vm` may know more.
            symbols: symbols(if given.is_some() { &[] } else { &modules }, &environment),
            states: environment.get("FERRITE_STATE").map_or_else(|| suite.folder.join("states"), PathBuf::from),
            initramfs,
            module: share.as_ref().map(|share| share.join(suite.module)),
            share,
            processors: 1,
            timeout: PATIENCE,
        };
        let mut groups = Vec::new();
        for (name, file) in suite.programs.iter().zip(programs) {
            groups.push(Group::list(Kind::Libtest, name, &file, &machine, previous)?);
        }
        if let Some(module) = kunit::module(&modules) {
            groups.push(Group::list(Kind::Kunit, "kunit", module, &machine, previous)?);
        }
        Ok(Self { machine, groups })
    }

    /// Its tests. Those that are ignored take the debug kernel, which is the one with KUnit.
    pub fn tests(&self, suite: &Suite) -> Vec<Test> {
        let is_debug = self.groups.iter().any(Group::is_kunit);
        let mut tests: Vec<_> = self.groups.iter().flat_map(|group| group.tests(&self.machine)).collect();
        for test in &mut tests {
            test.is_ignored &= !is_debug;
            test.machine.processors = (suite.processors)(&test.name);
            let file = || suite.folder.join(format!("{}-kunit-{}.json", suite.name, test.machine.processors));
            test.together = test.machine.is_complete().then(file);
        }
        tests
    }
}

/// Builds the test programs. The root file system has them, and the modules, if those are given.
fn pack(suite: &Suite, environment: &Environment, modules: &[PathBuf]) -> Result<(Vec<PathBuf>, PathBuf), Error> {
    let programs = programs::current(suite, environment)?;
    let mut contents = initramfs::programs(suite.programs.iter().zip(&programs));
    contents.extend(initramfs::modules(modules, suite.module));
    let base = environment.need("FERRITE_INITRAMFS", "find the guest's root file system")?;
    let archive = suite.folder.join("initramfs").join(suite.name);
    let initramfs = initramfs::current(&archive, base.as_ref(), &contents, environment)?;
    Ok((programs, initramfs))
}

/// Builds the modules, and shares a folder with them.
fn share(suite: &Suite, environment: &Environment) -> Result<(Vec<PathBuf>, PathBuf), Error> {
    let modules = modules::build(suite, environment)?;
    let share = suite.folder.join("share").join(suite.name);
    share::fill(&share, &modules, environment)?;
    Ok((modules, share))
}

/// Where debug information is: of these modules first, then whatever the environment names, such as the kernel's.
fn symbols(modules: &[PathBuf], environment: &Environment) -> Vec<PathBuf> {
    let modules = modules.first().and_then(|module| module.parent()).map(Path::to_owned);
    let others = environment.get("FERRITE_SYMBOLS").map(env::split_paths);
    modules.into_iter().chain(others.into_iter().flatten()).collect()
}
