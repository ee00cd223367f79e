// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs sequences in threads of their own, all at once. They share the devices and one open file.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Barrier;
use std::thread;

use crate::driver::{open_shared, Driver};
use crate::judge::{Event, Span};
use crate::operation::{Access, Argument, Operation, MINORS};
use crate::outcome::System;

/// Does each thread's operations, and has a last look at the devices. Returns what came of them.
///
/// # Errors
///
/// Those of [`open_shared`] and [`Driver::sharing`].
pub fn run(threads: &[Vec<Operation>]) -> nix::Result<Vec<Vec<Event>>> {
    let clock = AtomicU64::new(1);
    let start = Barrier::new(threads.len());
    let shared = open_shared(threads.len())?;
    let mut events = thread::scope(|scope| {
        let (clock, start) = (&clock, &start);
        let perform = |shared, operations| {
            let driver = Driver::sharing(shared);
            start.wait();
            perform(driver?, clock, operations)
        };
        let handles: Vec<_> = shared
            .into_iter()
            .zip(threads)
            .map(|(shared, operations)| scope.spawn(move || perform(shared, operations)))
            .collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect::<nix::Result<Vec<_>>>()
    })?;
    events.push(perform(Driver::new()?, &clock, &last_look())?);
    Ok(events)
}

fn perform(mut driver: Driver, clock: &AtomicU64, operations: &[Operation]) -> nix::Result<Vec<Event>> {
    let tick = || clock.fetch_add(1, Ordering::SeqCst);
    let perform = |operation: &Operation| {
        let start = tick();
        let outcome = driver.perform(operation);
        Event { operation: operation.clone(), outcome, span: Span { start, end: tick() } }
    };
    Ok(operations.iter().map(perform).collect())
}

/// Tells the numbers of all SETs.
fn last_look() -> Vec<Operation> {
    let look = |minor| {
        [
            Operation::Open { slot: 0, minor, access: Access::Both, append: false, nonblock: false },
            Operation::History { slot: 0, flags: 0, argument: Argument::Whole },
            Operation::Get { slot: 0, argument: Argument::Whole },
        ]
    };
    (0..MINORS).flat_map(look).collect()
}
