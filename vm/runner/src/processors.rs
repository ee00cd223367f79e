// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the processors are, as QEMU sees it: whether the guest's kernel still answers makes no difference.

use serde_json::json;

use crate::qmp::{Error, Qmp};

/// The most frames that are followed.
const FRAMES: usize = 24;

/// A processor's stack, innermost first.
#[derive(Debug, PartialEq, Eq)]
pub struct Processor {
    /// From 0.
    pub index: u64,
    /// The instruction that it executes, and those that its callers go on with.
    pub addresses: Vec<u64>,
}

/// All of them.
pub fn look(qmp: &mut Qmp) -> Result<Vec<Processor>, Error> {
    let list = qmp.execute("query-cpus-fast", &json!({}))?;
    let indices = list.as_array().into_iter().flatten().filter_map(|processor| processor["cpu-index"].as_u64());
    indices.map(|index| Ok(Processor { index, addresses: addresses(qmp, index)? })).collect()
}

fn addresses(qmp: &mut Qmp, index: u64) -> Result<Vec<u64>, Error> {
    let registers = ask(qmp, index, "info registers")?;
    let [pc, frame, link] = ["PC=", "X29=", "X30="].map(|name| register(&registers, name));
    let mut addresses: Vec<u64> = pc.into_iter().chain(link).collect();
    let mut frame = frame;
    // Frame records of arm64: where the caller's is, and where to return to.
    while let Some(record) = frame.filter(|&record| record != 0 && addresses.len() < FRAMES) {
        let Some((caller, link)) = pair(&ask(qmp, index, &format!("x /2gx {record:#x}"))?) else { break };
        addresses.push(link);
        // Stacks grow down; anything else is none.
        frame = Some(caller).filter(|&caller| caller > record);
    }
    addresses.dedup();
    addresses.retain(|&address| address != 0);
    Ok(addresses)
}

/// The human monitor's answer: only it tells registers and memory.
fn ask(qmp: &mut Qmp, index: u64, line: &str) -> Result<String, Error> {
    let answer = qmp.execute("human-monitor-command", &json!({ "command-line": line, "cpu-index": index }))?;
    Ok(answer.as_str().map(str::to_owned).unwrap_or_default())
}

/// From ` PC=ffff800080010000 X00=0000000000000000`.
fn register(registers: &str, name: &str) -> Option<u64> {
    let word = registers.split_ascii_whitespace().find_map(|word| word.strip_prefix(name))?;
    u64::from_str_radix(word, 16).ok()
}

/// From `ffff800080003e50: 0xffff800080003e70 0xffff800080010000`.
fn pair(memory: &str) -> Option<(u64, u64)> {
    let (_, values) = memory.split_once(": ")?;
    let mut values =
        values.split_ascii_whitespace().map(|value| u64::from_str_radix(value.strip_prefix("0x")?, 16).ok());
    Some((values.next()??, values.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_found_by_name() {
        let text = "\r\nCPU#0\r\n PC=ffff800080012345 X00=0000000000000001\r\nX29=ffff800080003e50 X30=ffff800080000010  SP=0\r\n";
        assert_eq!(register(text, "PC="), Some(0xffff_8000_8001_2345));
        assert_eq!(register(text, "X30="), Some(0xffff_8000_8000_0010));
        assert_eq!(register(text, "X31="), None);
    }

    #[test]
    fn a_frame_record_is_a_pair() {
        assert_eq!(
            pair("ffff800080003e50: 0x0000000000000010 0xffff800080010000\r\n"),
            Some((16, 0xffff_8000_8001_0000))
        );
        assert_eq!(pair("Cannot access memory\r\n"), None);
    }
}
