// SPDX-License-Identifier: MIT OR Apache-2.0

//! The synopsis of a `License` field, such as `GPL-2+ or Artistic, and BSD-3-clause`.
//!
//! `and` binds more than `or`; a comma before one of them makes it bind least. Names may be of several words, for
//! exceptions. Some packages write SPDX's own expressions, with parentheses; those have the same precedence.

use crate::short_name;

/// The same as an SPDX expression. `refer` gives a name to what has none there.
pub fn convert(synopsis: &str, mut refer: impl FnMut(&str) -> String) -> String {
    let mut expression = String::new();
    let mut name = Vec::new();
    for word in words(synopsis) {
        let operator = match word.as_str() {
            "(" | ")" | "AND" | "OR" => word,
            "," => continue,
            _ if word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or") => word.to_uppercase(),
            _ => {
                name.push(word);
                continue;
            }
        };
        append_name(&mut expression, &mut name, &mut refer);
        append(&mut expression, &operator);
    }
    append_name(&mut expression, &mut name, &mut refer);
    // What does not come out as an expression is one name.
    if spdx::Expression::parse(&expression).is_ok() {
        expression
    } else {
        refer(synopsis)
    }
}

/// As part of a larger expression.
pub fn operand(expression: &str) -> String {
    if expression.contains(" AND ") || expression.contains(" OR ") {
        format!("({expression})")
    } else {
        expression.to_owned()
    }
}

/// Words and parentheses; a comma before an operator has become parentheses around what it joins.
fn words(synopsis: &str) -> Vec<String> {
    let spaced = synopsis.replace('(', " ( ").replace(')', " ) ").replace(',', " , ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is_operator = |word: &&str| word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or");
    let is_loose = |at: usize| words[at] == "," && words.get(at + 1).is_some_and(is_operator);
    if !(0..words.len()).any(is_loose) {
        return words.into_iter().map(str::to_owned).collect();
    }
    let mut grouped = vec!["(".to_owned()];
    for (at, word) in words.iter().enumerate() {
        if is_loose(at) {
            grouped.push(")".to_owned());
        } else if at > 0 && is_loose(at - 1) {
            grouped.extend([(*word).to_owned(), "(".to_owned()]);
        } else {
            grouped.push((*word).to_owned());
        }
    }
    grouped.push(")".to_owned());
    grouped
}

fn append_name(expression: &mut String, name: &mut Vec<String>, refer: &mut impl FnMut(&str) -> String) {
    if name.is_empty() {
        return;
    }
    let name = std::mem::take(name).join(" ");
    let term = short_name::to_spdx(&name).unwrap_or_else(|| refer(&name));
    append(expression, &term);
}

fn append(expression: &mut String, part: &str) {
    if !(expression.is_empty() || expression.ends_with('(') || part == ")") {
        expression.push(' ');
    }
    expression.push_str(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_converts(synopsis: &str, expected: &str) {
        assert_eq!(convert(synopsis, |name| format!("LicenseRef-{}", name.replace([' ', '+'], "-"))), expected);
    }

    #[test]
    fn operators() {
        assert_converts("Expat", "MIT");
        assert_converts("MIT or Apache-2.0", "MIT OR Apache-2.0");
        assert_converts("Expat and ISC or Zlib", "MIT AND ISC OR Zlib");
    }

    #[test]
    fn a_comma_binds_least() {
        assert_converts(
            "GPL-1+ or Artistic, and BSD-3-clause",
            "(GPL-1.0-or-later OR LicenseRef-Artistic) AND (BSD-3-Clause)",
        );
    }

    #[test]
    fn spdx_expressions_stay() {
        assert_converts("(Apache-2.0 OR MIT) AND BSD-3-Clause", "(Apache-2.0 OR MIT) AND BSD-3-Clause");
    }

    #[test]
    fn exceptions_are_part_of_a_name() {
        assert_converts("Apache-2.0 with LLVM exception or MIT", "Apache-2.0 WITH LLVM-exception OR MIT");
        assert_converts("GPL-2+ with Funny exception or MIT", "LicenseRef-GPL-2--with-Funny-exception OR MIT");
    }

    #[test]
    fn nonsense_is_one_name() {
        assert_converts("MIT or", "LicenseRef-MIT-or");
    }
}
