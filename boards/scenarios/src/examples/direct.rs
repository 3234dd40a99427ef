//! Direct access through the memory's address, and a structure laid over its bytes.

#![expect(unsafe_code, reason = "shows access through the raw pointer")]

use vellum::{Error, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::engine;
use crate::Console;

/// Bytes of pool: the memory has one page.
pub const NEEDS: usize = PAGE_SIZE;

/// Where the structure lies.
const OFFSET: usize = 100;
const PATTERN: [u8; 4] = [0xDE, 0xAD, 0xBE, 0xEF];

/// A structure as a guest would lay it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Header {
    /// Tells that this is a header.
    pub magic: u32,
    /// Version of the format.
    pub version: u16,
    /// Flags, none defined.
    pub flags: u16,
    /// Bytes of data that follow.
    pub data_size: u32,
}

/// What the example saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What was written through the pointer, read back through the checked interface.
    pub pattern: [u8; 4],
    /// The structure, read back by copy.
    pub header: Header,
    /// Its bytes in the memory.
    pub header_bytes: [u8; size_of::<Header>()],
}

/// Runs the example.
///
/// # Errors
///
/// None where the pool holds [`NEEDS`] bytes.
pub fn run(console: &impl Console, pages: &'static PagePool) -> Result<Observed, Error> {
    let engine = engine(pages)?;
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;

    let pointer = memory.data_ptr(&store)?;
    // SAFETY: the memory has 65,536 bytes, the store lives, and nothing else borrows it.
    unsafe { pointer.cast::<[u8; 4]>().write(PATTERN) };
    let pattern = memory.read_value(&store, 0)?;
    console.line(format_args!("Written through the pointer: {pattern:02x?}"));

    let header: &mut Header = memory.view_mut(&mut store, OFFSET)?;
    *header = Header { magic: 0x1234_5678, version: 1, flags: 0, data_size: 256 };
    let header: Header = memory.read_value(&store, OFFSET)?;
    console.line(format_args!(
        "Header at {OFFSET}: magic {:#010x}, version {}, flags {}, data size {}",
        header.magic, header.version, header.flags, header.data_size
    ));
    Ok(Observed { pattern, header, header_bytes: memory.read_value(&store, OFFSET)? })
}
