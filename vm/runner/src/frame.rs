// SPDX-License-Identifier: MIT OR Apache-2.0

//! Places in the kernel's code, as `%pS` prints them: `function+0x10/0x40 [module]`.

/// A place in a line of the kernel's.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its symbol.
    pub function: &'a str,
    /// The module that it is in; `None` for the kernel itself.
    pub module: Option<&'a str>,
    /// From its start, in bytes.
    pub offset: u64,
    /// The function's, in bytes.
    pub size: u64,
    /// Where the call before this place is meant, and not the place itself.
    is_return: bool,
    /// Where it ends in the line.
    pub end: usize,
}

impl<'a> Frame<'a> {
    /// The first one in a line.
    pub fn find(line: &'a str) -> Option<Self> {
        let starts = line.match_indices("+0x").map(|(plus, _)| plus);
        starts.into_iter().find_map(|plus| Self::around(line, plus))
    }

    /// The offset of the instruction that is meant. Before the function's start, it is at the end of the one before: where a call
    /// that does not return was the last thing there, the kernel names the next function.
    pub fn address_offset(&self) -> i64 {
        self.offset as i64 - i64::from(self.is_return)
    }

    fn around(line: &'a str, plus: usize) -> Option<Self> {
        let before = &line[..plus];
        let function = &before[before.rfind(|c: char| !is_of_symbol(c)).map_or(0, |at| at + 1)..];
        let (offset, rest) = hexadecimal(line[plus..].strip_prefix('+')?)?;
        let (size, rest) = hexadecimal(rest.strip_prefix('/')?)?;
        let module = rest.strip_prefix(" [").and_then(|rest| rest.split_once(']'));
        let rest = module.map_or(rest, |(_, rest)| rest);
        // With its build identifier, if it has one: `[chardev 0123abcd]`.
        let module = module.and_then(|(name, _)| name.split(' ').next());
        // The frames of a call trace, indented by one blank, are where a call returns to, save for those taken from registers.
        let is_return = before.ends_with(&format!("]  {function}")) && !rest.starts_with(" (P)");
        (!function.is_empty()).then_some(Self {
            function,
            module,
            offset,
            size,
            is_return,
            end: line.len() - rest.len(),
        })
    }
}

fn is_of_symbol(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')
}

fn hexadecimal(text: &str) -> Option<(u64, &str)> {
    let digits = text.strip_prefix("0x")?;
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    Some((u64::from_str_radix(&digits[..end], 16).ok()?, &digits[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, function: &str, module: Option<&str>, offset: i64, after: &str) {
        let frame = Frame::find(line).expect("there is one");
        assert_eq!((frame.function, frame.module, frame.address_offset()), (function, module, offset), "{line}");
        assert_eq!(&line[frame.end..], after);
    }

    #[test]
    fn frames_of_a_call_trace_mean_the_call() {
        check("[    0.1]  el0t_64_sync+0x1a0/0x1a4", "el0t_64_sync", None, 0x19f, "");
        check("[    0.1]  f+0x10/0x40 [chardev]", "f", Some("chardev"), 0xf, "");
        check("[    0.1]  after_one_that_panics+0x0/0x40", "after_one_that_panics", None, -1, "");
    }

    #[test]
    fn registers_mean_the_very_instruction() {
        check("[    0.1] pc : f+0x8/0x14 [lkdtm]", "f", Some("lkdtm"), 8, "");
        check("[    0.1]  f+0x8/0x14 [lkdtm] (P)", "f", Some("lkdtm"), 8, " (P)");
        check(
            "[    0.1] WARNING: a.c:1 at f+0x18/0x20 [lkdtm], CPU#0: sh/28",
            "f",
            Some("lkdtm"),
            0x18,
            ", CPU#0: sh/28",
        );
        check("BUG: KASAN: slab-use-after-free in _RNvC1a1b+0x0/0x20", "_RNvC1a1b", None, 0, "");
    }

    #[test]
    fn a_module_may_have_its_build_identifier() {
        check("[    0.1]  f+0x8/0x14 [chardev 0123abcd] (P)", "f", Some("chardev"), 8, " (P)");
    }

    #[test]
    fn other_lines_have_none() {
        for line in
            ["[    0.1] Call trace:", "x20: ffff+0x", "Code: 52800020 (d4210000)", "a +0x1/0x2", "f+0x10", "f+0xg/0x1"]
        {
            assert_eq!(Frame::find(line), None, "{line}");
        }
    }
}
