// SPDX-License-Identifier: MIT OR Apache-2.0

//! When a boot came how far, as the kernel's log says it.

/// Moments in seconds of the kernel's own clock, which starts a little after the kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootLog {
    /// The first program starts.
    pub init: f64,
    /// The first module begins to load.
    pub module: f64,
    /// The module is there: the last line that it wrote.
    pub loaded: f64,
}

/// Finds them in what dmesg printed.
pub fn parse(log: &str) -> Option<BootLog> {
    let at = |text: &str| log.lines().rev().find(|line| line.contains(text)).and_then(seconds);
    Some(BootLog {
        init: at(" as init process")?,
        module: at("loading out-of-tree module")?,
        loaded: at("chardev: 2 devices")?,
    })
}

/// `[    0.442693] chardev: …`
fn seconds(line: &str) -> Option<f64> {
    line.strip_prefix('[')?.split_once(']')?.0.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x413fd0c1]
[    0.349213] Run /init as init process
[    0.442693] chardev: loading out-of-tree module taints kernel.
[    0.451717] chardev: 2 devices with major 253
";

    #[test]
    fn the_moments_are_found_among_other_lines() {
        assert_eq!(parse(LOG), Some(BootLog { init: 0.349213, module: 0.442693, loaded: 0.451717 }));
    }

    #[test]
    fn a_log_that_lacks_one_is_none() {
        for number in 1..4 {
            let lines: Vec<&str> =
                LOG.lines().enumerate().filter(|(at, _)| *at != number).map(|(_, line)| line).collect();
            assert_eq!(parse(&lines.join("\n")), None, "without line {number}");
        }
    }
}
