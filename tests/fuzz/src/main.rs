// SPDX-License-Identifier: MIT OR Apache-2.0

//! Drives the driver with random sequences of calls, from one process and its children or from several threads, and checks each
//! answer against a model. See `fuzz --help`.

mod campaign;
mod case;
mod cli;
mod compare;
mod corpus;
mod coverage;
mod driver;
mod error;
mod generate;
mod judge;
mod memory;
mod model;
mod module;
mod operation;
mod outcome;
mod shrink;
#[cfg(test)]
mod syzlang;
mod threads;

use std::fs;
use std::process::ExitCode;

use campaign::{Campaign, End};
use case::Case;
use cli::Options;
use error::Error;
use module::Module;

fn main() -> ExitCode {
    let options = cli::parse();
    // It does not matter if the kernel has no name for it: then the first histories disagree, and say so.
    let _ = fs::write("/proc/self/comm", driver::COMMAND);
    run(&options).unwrap_or_else(|error| {
        eprintln!("fuzz: {error}");
        ExitCode::from(2)
    })
}

fn run(options: &Options) -> Result<ExitCode, Error> {
    let module = Module::new(options.module.clone());
    if let Some(path) = &options.replay {
        return replay(&Case::read(path)?, &module);
    }
    let seed = options.seed.unwrap_or_else(campaign::any_seed);
    let campaign = Campaign { module, operations: options.operations, seed };
    match campaign.run()? {
        End::Enough(summary) => {
            eprintln!("fuzz: {summary}");
            Ok(ExitCode::SUCCESS)
        }
        End::Wrong(case, wrong) => {
            report(case, &wrong, &campaign);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn replay(case: &Case, module: &Module) -> Result<ExitCode, Error> {
    Ok(match case.try_hard(module)? {
        None => {
            eprintln!("fuzz: the driver does as it should in these {} operations", case.len());
            ExitCode::SUCCESS
        }
        Some(wrong) => {
            eprintln!("fuzz: the driver does wrong: {wrong}");
            ExitCode::FAILURE
        }
    })
}

/// Tells of a case that the driver got wrong.
fn report(case: Case, wrong: &str, campaign: &Campaign) {
    // It may not be seen again, if it depends on the timing.
    eprintln!("fuzz: with seed {} the driver does wrong: {wrong}", campaign.seed);
    eprintln!("fuzz: looking for a shorter case than these {} operations", case.len());
    let case = case.shrink(&campaign.module);
    match case.try_hard(&campaign.module) {
        Ok(Some(wrong)) => eprintln!("fuzz: {wrong}"),
        Ok(None) => eprintln!("fuzz: the next time it does not: it depends on the timing"),
        Err(error) => eprintln!("fuzz: {error}"),
    }
    print!("{case}");
    eprintln!("fuzz: these {} operations show it; keep them in a file for fuzz --replay FILE", case.len());
}
