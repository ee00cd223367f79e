// SPDX-License-Identifier: MIT OR Apache-2.0

//! How long SET, GET and an ioctl that does nothing take.

use std::fmt::{self, Display, Formatter};
use std::time::{Duration, Instant};

use chardev_client::{Device, Error};
use chardevctl_cli::Extent;
use serde::Serialize;

use crate::latencies::Latencies;
use crate::output::lines;

/// How many of one kind come before those of the next, so that what disturbs the machine disturbs all of them.
const TURN: u64 = 100;

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    operations: [Operation; 3],
}

/// One kind of operation. Times are in nanoseconds.
#[derive(Serialize)]
struct Operation {
    name: &'static str,
    count: u64,
    per_second: u64,
    p50_ns: u128,
    p90_ns: u128,
    p99_ns: u128,
    #[serde(rename = "p99.9_ns")]
    p99_9_ns: u128,
    max_ns: u128,
}

/// Measures. What it sets is what the device held.
///
/// # Errors
///
/// What the driver refuses.
pub fn bench(device: &Device, extent: &Extent) -> Result<Report, Error> {
    let data = device.get()?;
    let set = || device.set(&data);
    let get = || device.get().map(drop);
    let unknown = || device.unknown();

    let start = Instant::now();
    let [mut sets, mut gets, mut unknowns] = [(); 3].map(|()| Latencies::default());
    while let turn @ 1.. = turn(extent, start.elapsed(), sets.count()) {
        measure(&mut sets, turn, set)?;
        measure(&mut gets, turn, get)?;
        measure(&mut unknowns, turn, unknown)?;
    }
    let operations = [("set", &sets), ("get", &gets), (UNKNOWN, &unknowns)];
    Ok(Report { operations: operations.map(|(name, latencies)| Operation::new(name, latencies)) })
}

/// How the ioctl that does nothing is called.
const UNKNOWN: &str = "unknown";

/// How many of each kind come next; one turn is never too many to be a measurement.
fn turn(extent: &Extent, elapsed: Duration, done: u64) -> u64 {
    match extent {
        Extent::Time(time) if elapsed < *time || done == 0 => TURN,
        Extent::Time(_) => 0,
        Extent::Operations(wanted) => TURN.min(wanted.get().saturating_sub(done)),
    }
}

fn measure(latencies: &mut Latencies, count: u64, operation: impl Fn() -> Result<(), Error>) -> Result<(), Error> {
    for _ in 0..count {
        let start = Instant::now();
        operation()?;
        latencies.record(start.elapsed());
    }
    Ok(())
}

impl Operation {
    fn new(name: &'static str, latencies: &Latencies) -> Self {
        let quantile = |per_mille| latencies.quantile(per_mille).as_nanos();
        Self {
            name,
            count: latencies.count(),
            per_second: latencies.per_second().round() as u64,
            p50_ns: quantile(500),
            p90_ns: quantile(900),
            p99_ns: quantile(990),
            p99_9_ns: quantile(999),
            max_ns: quantile(1000),
        }
    }
}

impl Display for Operation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:7} {:>9} per second, p50 {} ns, p90 {} ns, p99 {} ns, p99.9 {} ns, max {} ns, of {}",
            self.name, self.per_second, self.p50_ns, self.p90_ns, self.p99_ns, self.p99_9_ns, self.max_ns, self.count
        )
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        lines(f, &self.operations)?;
        write!(f, "\n{UNKNOWN}: an ioctl that does nothing, a command that the driver does not have (ENOTTY)")
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use super::*;

    #[test]
    fn as_many_as_wanted() {
        let extent = Extent::Operations(NonZeroU64::new(250).expect("is not 0"));
        let turns = [0, 100, 200, 250].map(|done| turn(&extent, Duration::MAX, done));
        assert_eq!(turns, [100, 100, 50, 0]);
    }

    #[test]
    fn as_long_as_wanted_and_at_least_once() {
        let extent = Extent::Time(Duration::from_secs(1));
        assert_eq!(turn(&extent, Duration::from_millis(999), 100), TURN);
        assert_eq!(turn(&extent, Duration::from_secs(1), 100), 0);
        assert_eq!(turn(&Extent::Time(Duration::ZERO), Duration::ZERO, 0), TURN);
    }

    #[test]
    fn a_device_that_refuses_ends_it() {
        let null = Device::open("/dev/null").expect("is there");
        assert!(bench(&null, &Extent::Time(Duration::ZERO)).is_err());
    }
}
