// SPDX-License-Identifier: MIT OR Apache-2.0

//! How many objects the kernel has allocated (slabinfo(5)).

use std::collections::BTreeMap;
use std::fs;

/// The number of objects in use, for each cache.
pub type Counts = BTreeMap<String, u64>;

/// Counts the objects of the caches that drivers, and what they register with the kernel, are allocated from.
pub fn counts() -> Counts {
    parse().into_keys().for_each(|name| shrink(&name));
    parse()
}

fn parse() -> Counts {
    let text = fs::read_to_string("/proc/slabinfo").expect("read slabinfo");
    let counts: Counts = text.lines().filter_map(parse_line).collect();
    assert!(counts.len() > 10, "hardly a cache in:\n{text}");
    counts
}

fn parse_line(line: &str) -> Option<(String, u64)> {
    let mut words = line.split_whitespace();
    let name = words.next().filter(|name| is_counted(name))?;
    let count = words.next()?.parse().expect("slabinfo has the objects in use second");
    Some((name.to_owned(), count))
}

fn is_counted(cache: &str) -> bool {
    cache.starts_with("kmalloc-") || ["kernfs_node_cache", "vmap_area"].contains(&cache)
}

/// Has a cache give back what was freed and is kept: for the next one who asks, or by KASAN, to see whether it is used. It counts
/// as in use.
fn shrink(cache: &str) {
    fs::write(format!("/sys/kernel/slab/{cache}/shrink"), "1").expect("shrink a cache");
}
