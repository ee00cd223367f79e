// SPDX-License-Identifier: MIT OR Apache-2.0

//! The measurement.

use std::time::Instant;

use chardev_client::{Device, Error, IoctlInfo};
use compare::{Comparison, Pair, Round, Sides, Singles};

use crate::cli::Options;

/// Measures, by turns at every level, so that what disturbs the machine disturbs both devices alike: rounds are short, and each
/// device is the first in every other one.
///
/// # Errors
///
/// What a device refuses.
pub fn compare(options: &Options) -> Result<Comparison, Error> {
    let device = Device::open(&options.device)?;
    let other = Device::open(&options.other)?;
    let calls = options.calls.get();
    round(&device, &other, calls)?;
    let rounds = (0..options.rounds.get())
        .map(|number| match number % 2 {
            0 => round(&device, &other, calls),
            _ => round(&other, &device, calls).map(swapped),
        })
        .collect::<Result<_, _>>()?;
    Ok(Comparison { calls, rounds, single: singles(&device, &other, options.singles.get())? })
}

fn data() -> IoctlInfo {
    IoctlInfo::new(100, b"lazenca.0x0").expect("fits")
}

fn singles(device: &Device, other: &Device, number: u32) -> Result<Singles, Error> {
    let data = data();
    let sides = |command: &dyn Fn(&Device) -> Result<(), Error>| {
        let mut sides = Sides::default();
        for _ in 0..number {
            sides.device.push(time(1, || command(device))?);
            sides.other.push(time(1, || command(other))?);
        }
        Ok(sides)
    };
    Ok(Singles {
        set: sides(&|device| device.set(&data))?,
        get: sides(&|device| device.get().map(drop))?,
        null: sides(&Device::unknown)?,
        clock: (0..number).map(|_| time(1, || Ok(()))).collect::<Result<_, Error>>()?,
    })
}

fn round(first: &Device, second: &Device, calls: u32) -> Result<Round, Error> {
    let data = data();
    let pair = |command: &dyn Fn(&Device) -> Result<(), Error>| -> Result<Pair, Error> {
        Ok(Pair { device: time(calls, || command(first))?, other: time(calls, || command(second))? })
    };
    Ok(Round {
        set: pair(&|device| device.set(&data))?,
        get: pair(&|device| device.get().map(drop))?,
        null: pair(&Device::unknown)?,
    })
}

fn time(calls: u32, call: impl Fn() -> Result<(), Error>) -> Result<u64, Error> {
    let start = Instant::now();
    for _ in 0..calls {
        call()?;
    }
    Ok(start.elapsed().as_nanos().try_into().expect("nobody waits for centuries"))
}

/// A round in which the other device was the first.
fn swapped(round: Round) -> Round {
    let swap = |pair: Pair| Pair { device: pair.other, other: pair.device };
    Round { set: swap(round.set), get: swap(round.get), null: swap(round.null) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_made() {
        let calls = std::cell::Cell::new(0);
        let took = time(7, || {
            calls.set(calls.get() + 1);
            Ok(())
        });
        assert!(took.is_ok());
        assert_eq!(calls.get(), 7);
    }

    #[test]
    fn a_round_begun_by_the_other_is_told_in_the_usual_order() {
        let pair = |device| Pair { device, other: device + 1 };
        let swapped = swapped(Round { set: pair(1), get: pair(3), null: pair(5) });
        assert_eq!(swapped.set, Pair { device: 2, other: 1 });
        assert_eq!(swapped.get, Pair { device: 4, other: 3 });
        assert_eq!(swapped.null, Pair { device: 6, other: 5 });
    }

    #[test]
    fn a_device_that_refuses_ends_it() {
        let null = Device::open("/dev/null").expect("is there");
        assert!(round(&null, &null, 1).is_err());
    }
}
