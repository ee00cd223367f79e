// SPDX-License-Identifier: MIT OR Apache-2.0

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use object::elf::{FileHeader64, PT_LOAD};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, ReadCache};

/// Where the kernel shows its memory.
pub const PATH: &str = "/proc/kcore";

/// The memory of the running kernel: proc_kcore(5).
pub struct Kcore {
    file: File,
    /// Each with the address where it starts, its length, and where it is in the file.
    segments: Vec<(u64, u64, u64)>,
}

impl Kcore {
    /// Opens it.
    pub fn open() -> io::Result<Self> {
        let file = File::open(PATH)?;
        let segments = segments(&file).map_err(io::Error::other)?;
        Ok(Self { file, segments })
    }

    /// Reads memory.
    pub fn read(&self, address: u64, length: u64) -> io::Result<Vec<u8>> {
        let holds = |&&(start, size, _): &&(u64, u64, u64)| {
            address >= start
                && address.checked_sub(start).and_then(|skip| skip.checked_add(length)).is_some_and(|end| end <= size)
        };
        let (start, _, offset) = self.segments.iter().find(holds).ok_or(io::ErrorKind::NotFound)?;
        let mut bytes = vec![0; length as usize];
        self.file.read_exact_at(&mut bytes, offset + (address - start))?;
        Ok(bytes)
    }
}

fn segments(file: &File) -> object::Result<Vec<(u64, u64, u64)>> {
    let cache = ReadCache::new(file);
    let header = FileHeader64::<Endianness>::parse(&cache)?;
    let endian = header.endian()?;
    let loaded = header.program_headers(endian, &cache)?.iter().filter(|header| header.p_type(endian) == PT_LOAD);
    Ok(loaded.map(|header| (header.p_vaddr(endian), header.p_memsz(endian), header.p_offset(endian))).collect())
}
