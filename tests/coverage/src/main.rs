// SPDX-License-Identifier: MIT OR Apache-2.0

//! Saves the counters of the module that is loaded from the file in the argument, for `FERRITE_COVERAGE`.

use std::env;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(module) = env::args_os().nth(1) else {
        eprintln!("coverage: saving counters: no module was named; name the file that it was loaded from");
        return ExitCode::FAILURE;
    };
    match coverage::save(Path::new(&module)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coverage: {error}");
            ExitCode::FAILURE
        }
    }
}
