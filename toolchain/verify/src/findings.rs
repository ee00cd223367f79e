// SPDX-License-Identifier: MIT OR Apache-2.0

//! What is found on the way. A link that does not hold keeps nobody from looking at the next.

use std::process::ExitCode;

use pins::Error;

/// The exit status where something could not be checked.
const UNCHECKED: u8 = 3;

/// What does not hold, and what could not be checked.
#[derive(Debug, Default)]
pub struct Findings {
    wrong: Vec<Error>,
    unchecked: Vec<Error>,
}

impl Findings {
    /// Says that a link holds: a line, of what it is and what was found.
    pub fn holds(&self, link: &str, found: &str) {
        println!("{link:<10} {found}");
    }

    /// A link that does not hold.
    pub fn wrong(&mut self, error: Error) {
        eprintln!("verify: {error}");
        self.wrong.push(error);
    }

    /// A link of which nothing is known.
    pub fn unchecked(&mut self, error: Error) {
        eprintln!("verify: {error}");
        self.unchecked.push(error);
    }

    /// The last line, and the exit status.
    pub fn conclude(&self) -> ExitCode {
        match (self.wrong.len(), self.unchecked.len()) {
            (0, 0) => {
                println!("every link holds");
                ExitCode::SUCCESS
            }
            (0, unchecked) => {
                println!("nothing is wrong, but {unchecked} links could not be checked, as told above");
                ExitCode::from(UNCHECKED)
            }
            (wrong, _) => {
                println!("{wrong} links DO NOT HOLD, as told above");
                ExitCode::FAILURE
            }
        }
    }
}

/// With commas between the thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("are digits")).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(["0", "999", "1,000", "1,234,567"], [0, 999, 1_000, 1_234_567].map(grouped)[..]);
    }
}
