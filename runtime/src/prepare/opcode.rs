//! The opcodes that the pass reads and writes.

pub(super) const NOP: u8 = 0x01;
pub(super) const BLOCK: u8 = 0x02;
pub(super) const IF: u8 = 0x04;
pub(super) const END: u8 = 0x0b;
pub(super) const CALL_INDIRECT: u8 = 0x11;
pub(super) const RETURN_CALL_INDIRECT: u8 = 0x13;
pub(super) const SELECT: u8 = 0x1b;
pub(super) const TRY_TABLE: u8 = 0x1f;
pub(super) const LOCAL_GET: u8 = 0x20;
pub(super) const LOCAL_SET: u8 = 0x21;
pub(super) const LOCAL_TEE: u8 = 0x22;
pub(super) const TABLE_GET: u8 = 0x25;
pub(super) const TABLE_SET: u8 = 0x26;
pub(super) const MEMORY_SIZE: u8 = 0x3f;
pub(super) const MEMORY_GROW: u8 = 0x40;
pub(super) const I32_CONST: u8 = 0x41;
pub(super) const I64_CONST: u8 = 0x42;
pub(super) const I32_EQ: u8 = 0x46;
pub(super) const I64_EQ: u8 = 0x51;
pub(super) const I32_ADD: u8 = 0x6a;
pub(super) const I32_AND: u8 = 0x71;
pub(super) const I64_AND: u8 = 0x83;
pub(super) const I32_WRAP_I64: u8 = 0xa7;
pub(super) const I64_EXTEND_I32_U: u8 = 0xad;
pub(super) const I32_REINTERPRET_F32: u8 = 0xbc;
pub(super) const I64_REINTERPRET_F64: u8 = 0xbd;
pub(super) const F32_REINTERPRET_I32: u8 = 0xbe;
pub(super) const F64_REINTERPRET_I64: u8 = 0xbf;
pub(super) const I32_EXTEND8_S: u8 = 0xc0;
pub(super) const I32_EXTEND16_S: u8 = 0xc1;
pub(super) const I64_EXTEND8_S: u8 = 0xc2;
pub(super) const I64_EXTEND16_S: u8 = 0xc3;
pub(super) const I64_EXTEND32_S: u8 = 0xc4;
pub(super) const REF_FUNC: u8 = 0xd2;
pub(super) const RESUME: u8 = 0xe3;
pub(super) const RESUME_THROW: u8 = 0xe4;

/// What comes before the opcodes of bulk memory and table instructions.
pub(super) const MISCELLANEOUS: u8 = 0xfc;
pub(super) const MEMORY_INIT: u32 = 8;
pub(super) const DATA_DROP: u32 = 9;
pub(super) const MEMORY_COPY: u32 = 10;
pub(super) const MEMORY_FILL: u32 = 11;
pub(super) const TABLE_GROW: u32 = 15;
/// What comes before the opcodes of vector instructions.
pub(super) const VECTOR: u8 = 0xfd;
/// What comes before the opcodes of atomic instructions.
pub(super) const ATOMIC: u8 = 0xfe;
pub(super) const LAST_ATOMIC: u32 = 0x4e;

/// The type of a block that takes and leaves nothing.
pub(super) const EMPTY: u8 = 0x40;
pub(super) const I32: u8 = 0x7f;
pub(super) const I64: u8 = 0x7e;
pub(super) const FUNCREF: u8 = 0x70;
pub(super) const EXTERNREF: u8 = 0x6f;
