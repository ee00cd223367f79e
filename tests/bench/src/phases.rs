// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the time of a machine went, as `vm --timings` says it.

/// A phase of one run.
#[derive(Debug, PartialEq)]
pub struct Phase {
    /// `boot and module`
    pub name: String,
    /// How long it took.
    pub seconds: f64,
}

/// Finds the line `vm: machine 1.433 s: boot and module 1.334, command 0.090, power off 0.008` in vm's standard error.
pub fn parse(stderr: &str) -> Option<Vec<Phase>> {
    let line = stderr.lines().find_map(|line| line.strip_prefix("vm: machine "))?;
    let (_, phases) = line.split_once(" s: ")?;
    phases.split(", ").map(phase).collect()
}

fn phase(text: &str) -> Option<Phase> {
    let (name, seconds) = text.rsplit_once(' ')?;
    Some(Phase { name: name.to_owned(), seconds: seconds.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_among_others() {
        let phases = parse("set size 100\nvm: machine 1.433 s: boot and module 1.334, power off 0.008\n");
        let expected = [("boot and module", 1.334), ("power off", 0.008)];
        let expected = expected.map(|(name, seconds)| Phase { name: name.to_owned(), seconds });
        assert_eq!(phases.expect("it is there"), expected);
    }

    #[test]
    fn another_line_is_not_taken_for_it() {
        for text in
            ["", "vm: cannot start QEMU", "vm: machine 1 s", "vm: machine 1 s: boot", "vm: machine 1 s: boot soon"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
