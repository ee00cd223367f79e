// SPDX-License-Identifier: MIT OR Apache-2.0

//! DWARF debug information of one ELF file: of `vmlinux`, or of a module, which is still to be linked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::path::Path;

use addr2line::Context;
use gimli::{Dwarf, EndianSlice, LittleEndian};
use memmap2::Mmap;
use object::read::elf::ElfFile64;
use object::{
    Endianness, Object, ObjectKind, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SectionKind,
    SymbolKind,
};

/// The contents of files stay in memory until the program ends, which is soon after the first of them was asked for.
type Reader = EndianSlice<'static, LittleEndian>;
type Elf = ElfFile64<'static, Endianness>;

/// Far enough apart that no section of a module reaches into the next one.
const SECTION_DISTANCE: u64 = 1 << 32;

/// Of functions, in bytes; arm64 has none that is larger.
const ALIGNMENT: u64 = 64;

/// What is known of a file's functions.
pub struct DebugInfo {
    context: Context<Reader>,
    functions: HashMap<&'static str, Vec<Function>>,
}

struct Function {
    address: u64,
    size: u64,
}

/// A place in the source.
#[derive(Debug, PartialEq, Eq)]
pub struct Location {
    /// Its path as the compiler knew it, less `./`.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

impl DebugInfo {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let file = File::open(path)?;
        // SAFETY: nobody changes the file: whoever builds a kernel or a module anew writes it to another one.
        let bytes: &[u8] = Box::leak(Box::new(unsafe { Mmap::map(&file) }?));
        let file = Elf::parse(bytes)?;
        let bases = Bases::of(&file);
        let dwarf = Dwarf::load(|id| section(&file, &bases, id.name()))?;
        Ok(Self { context: Context::from_dwarf(dwarf)?, functions: functions(&file, &bases) })
    }

    /// Where an instruction of a function is; if it was inlined, then also into what. `None` if that is not known for sure.
    ///
    /// `size` tells functions of the same name apart. The kernel counts it up to the next function.
    pub fn locate(&self, function: &str, size: u64, offset: i64) -> Option<Vec<Location>> {
        let fits = |function: &&Function| (function.size..function.size + ALIGNMENT).contains(&size);
        let mut fitting = self.functions.get(function)?.iter().filter(fits);
        let (Some(function), None) = (fitting.next(), fitting.next()) else { return None };
        let mut frames =
            self.context.find_frames(function.address.wrapping_add_signed(offset)).skip_all_loads().ok()?;
        let mut places = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let location = frame.location?;
            let file = location.file?.trim_start_matches("./").replace("/./", "/");
            places.push(Location { file, line: location.line? });
        }
        (!places.is_empty()).then_some(places)
    }
}

impl DebugInfo {
    /// `function+0x10/0x40`, of an address in a file that is linked.
    pub fn name(&self, address: u64) -> Option<String> {
        let of = |function: &Function| (function.address..function.address + function.size).contains(&address);
        let mut functions = self.functions.iter().flat_map(|(name, all)| all.iter().map(move |one| (name, one)));
        let (name, function) = functions.find(|(_, function)| of(function))?;
        Some(format!("{name}+{:#x}/{:#x}", address - function.address, function.size))
    }
}

/// Where the sections of code are taken to be. In a file that is not linked yet, all begin at zero, which would say nothing.
struct Bases(HashMap<SectionIndex, u64>);

impl Bases {
    fn of(file: &Elf) -> Self {
        if file.kind() != ObjectKind::Relocatable {
            return Self(HashMap::new());
        }
        let code = file.sections().filter(|section| section.kind() == SectionKind::Text);
        Self(code.zip(1..).map(|(section, number)| (section.index(), number * SECTION_DISTANCE)).collect())
    }

    fn base(&self, section: Option<SectionIndex>) -> u64 {
        section.and_then(|index| self.0.get(&index)).copied().unwrap_or(0)
    }
}

/// By name.
fn functions(file: &Elf, bases: &Bases) -> HashMap<&'static str, Vec<Function>> {
    let mut functions: HashMap<_, Vec<_>> = HashMap::new();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
        if let Ok(name) = symbol.name() {
            let address = bases.base(symbol.section_index()) + symbol.address();
            functions.entry(name).or_default().push(Function { address, size: symbol.size() });
        }
    }
    functions
}

/// A section's bytes, ready to be read.
fn section(file: &Elf, bases: &Bases, name: &str) -> Result<Reader, object::Error> {
    let Some(section) = file.section_by_name(name) else { return Ok(Reader::new(&[], LittleEndian)) };
    // An error if it is compressed, which those of our kernels are not (kernel/debug-info.config).
    let mut bytes = section.uncompressed_data()?;
    if file.kind() == ObjectKind::Relocatable {
        for (offset, relocation) in section.relocations() {
            let RelocationTarget::Symbol(symbol) = relocation.target() else { continue };
            let symbol = file.symbol_by_index(symbol)?;
            let value =
                (bases.base(symbol.section_index()) + symbol.address()).wrapping_add_signed(relocation.addend());
            // Debug information refers to things by absolute values of 4 or 8 bytes, and by nothing else.
            let (start, length) = (offset as usize, usize::from(relocation.size() / 8));
            if let Some(place) = bytes.to_mut().get_mut(start..start + length) {
                place.copy_from_slice(&value.to_le_bytes()[..length]);
            }
        }
    }
    let bytes = match bytes {
        Cow::Borrowed(bytes) => bytes,
        Cow::Owned(bytes) => bytes.leak(),
    };
    Ok(Reader::new(bytes, LittleEndian))
}
