// SPDX-License-Identifier: MIT OR Apache-2.0

//! What LLVM 19's run-time library would write: version 10 of its raw profiles, as `InstrProfData.inc` of LLVM defines it.

const MAGIC: u64 = u64::from_be_bytes(*b"\xfflprofr\x81");
const VERSION: u64 = 10;

/// Bytes of what there is in `data` about one function.
const RECORD: usize = 64;

/// The kinds of values that a profile could have besides counts, less one.
const LAST_VALUE_KIND: u64 = 2;

/// The sections, each with the address that it has in memory.
pub struct Profile {
    pub data: (u64, Vec<u8>),
    pub counters: (u64, Vec<u8>),
    pub names: (u64, Vec<u8>),
}

impl Profile {
    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { data, counters, names } = self;
        let header = [
            MAGIC,
            VERSION,
            // No identifiers of the program.
            0,
            (data.1.len() / RECORD) as u64,
            0,
            (counters.1.len() / size_of::<u64>()) as u64,
            0,
            // No bitmaps.
            0,
            0,
            names.1.len() as u64,
            counters.0.wrapping_sub(data.0),
            0,
            names.0,
            // No tables of virtual functions.
            0,
            0,
            LAST_VALUE_KIND,
        ];
        let mut bytes: Vec<_> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
        for section in [&data.1, &counters.1, &names.1] {
            bytes.extend(section);
        }
        bytes.resize(bytes.len().next_multiple_of(size_of::<u64>()), 0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_all_sections_in_whole_words() {
        let profile = Profile {
            data: (0x1000, vec![1; 2 * RECORD]),
            counters: (0xf00, vec![2; 24]),
            names: (0x2000, vec![3; 5]),
        };
        let bytes = profile.to_bytes();
        assert_eq!(bytes.len(), 16 * 8 + 2 * RECORD + 24 + 8);
        let word = |index: usize| u64::from_le_bytes(bytes[8 * index..8 * index + 8].try_into().expect("eight bytes"));
        assert_eq!(bytes[..8], *b"\x81rforpl\xff");
        assert_eq!((word(3), word(5), word(9)), (2, 3, 5));
        assert_eq!(word(10), 0_u64.wrapping_sub(0x100));
    }
}
