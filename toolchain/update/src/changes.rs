// SPDX-License-Identifier: MIT OR Apache-2.0

//! What moving the pins changes, for a person to read.

use std::collections::BTreeSet;
use std::fmt;

use pins::lock::{Lock, Pin};

/// The difference between two locks, apart from when they were made.
#[derive(Debug)]
pub struct Changes<'a> {
    old: &'a Lock,
    new: &'a Lock,
}

impl<'a> Changes<'a> {
    pub fn between(old: &'a Lock, new: &'a Lock) -> Self {
        Changes { old, new }
    }

    /// Whether there is nothing but the time.
    pub fn are_none(&self) -> bool {
        self.old.packages == self.new.packages
    }
}

/// One line a package, then one line a set whose members change, then a line that sums up.
impl fmt::Display for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = (&self.old.packages, &self.new.packages);
        let (mut added, mut removed, mut changed) = (0, 0, 0);
        for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            match (old.get(name).map(|old| &old.pin), new.get(name).map(|new| &new.pin)) {
                (None, Some(pin)) => {
                    added += 1;
                    writeln!(f, "+ {name} {} ({})", pin.version, size(pin.size))?;
                }
                (Some(pin), None) => {
                    removed += 1;
                    writeln!(f, "- {name} {} ({})", pin.version, size(pin.size))?;
                }
                (Some(old), Some(new)) if old != new => {
                    changed += 1;
                    writeln!(f, "~ {name} {} ({})", what_changed(old, new), difference(old.size, new.size))?;
                }
                _ => {}
            }
        }
        let (old_sets, new_sets) = (self.old.sets(), self.new.sets());
        for name in old_sets.keys().chain(new_sets.keys()).collect::<BTreeSet<_>>() {
            match (old_sets.get(name), new_sets.get(name)) {
                (None, Some(set)) => writeln!(f, "+ set {name}, {} packages", set.len())?,
                (Some(set), None) => writeln!(f, "- set {name}, {} packages", set.len())?,
                (Some(old), Some(new)) if old != new => {
                    let gone = old.difference(new).map(|package| format!(" -{package}"));
                    let came = new.difference(old).map(|package| format!(" +{package}"));
                    writeln!(f, "~ set {name}:{}", gone.chain(came).collect::<String>())?;
                }
                _ => {}
            }
        }
        let total = |lock: &Lock| lock.packages.values().map(|package| package.pin.size).sum();
        let (before, after) = (total(self.old), total(self.new));
        write!(
            f,
            "{added} added, {removed} removed, {changed} changed; {} packages, {} ({})",
            new.len(),
            size(after),
            difference(before, after)
        )
    }
}

fn what_changed(old: &Pin, new: &Pin) -> String {
    if old.version != new.version {
        format!("{} -> {}", old.version, new.version)
    } else if old.sha256 != new.sha256 {
        // An archive must not do this, so it is worth a second look.
        format!("{}: another file under the same version", new.version)
    } else {
        format!("{}: now at {}", new.version, new.path)
    }
}

/// In decimal units, as apt prints sizes.
fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn difference(before: u64, after: u64) -> String {
    let sign = if after < before { '-' } else { '+' };
    format!("{sign}{}", size(after.abs_diff(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(version: &str, size: u64) -> Pin {
        Pin { version: version.to_owned(), size, sha256: version.to_owned(), path: "debian/p".to_owned() }
    }

    fn lock(sets: &[(&str, &[(&str, Pin)])]) -> Lock {
        let mut lock = Lock::default();
        for (set, packages) in sets {
            let resolved = packages.iter().map(|(name, pin)| ((*name).to_owned(), pin.clone())).collect();
            lock.add(set, resolved).unwrap();
        }
        lock
    }

    #[test]
    fn each_kind_of_change_is_shown() {
        let old = lock(&[("s", &[("gone:all", pin("1", 5)), ("same:all", pin("1", 10)), ("up:all", pin("1", 3_000))])]);
        let new = lock(&[
            ("s", &[("new:all", pin("2", 2_500_000)), ("same:all", pin("1", 10)), ("up:all", pin("1.1", 1_000))]),
            ("t", &[("same:all", pin("1", 10))]),
        ]);
        let changes = Changes::between(&old, &new);
        assert!(!changes.are_none());
        assert_eq!(
            changes.to_string(),
            "- gone:all 1 (5 B)\n\
             + new:all 2 (2.5 MB)\n\
             ~ up:all 1 -> 1.1 (-2.0 kB)\n\
             ~ set s: -gone:all +new:all\n\
             + set t, 1 packages\n\
             1 added, 1 removed, 1 changed; 3 packages, 2.5 MB (+2.5 MB)"
        );
    }

    #[test]
    fn another_file_under_the_same_version_stands_out() {
        let old = lock(&[("s", &[("x:all", pin("1", 5))])]);
        let mut new = old.clone();
        new.packages.get_mut("x:all").unwrap().pin.sha256 = "other".to_owned();
        let text = Changes::between(&old, &new).to_string();
        assert!(text.starts_with("~ x:all 1: another file under the same version (+0 B)\n"), "{text}");
    }

    #[test]
    fn time_alone_is_no_change() {
        let old = lock(&[("s", &[("x:all", pin("1", 5))])]);
        let new = Lock { snapshot: "later".to_owned(), ..old.clone() };
        assert!(Changes::between(&old, &new).are_none());
    }
}
