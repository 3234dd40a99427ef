//! The opcodes that the pass reads and writes.

pub(super) const UNREACHABLE: u8 = 0x00;
pub(super) const NOP: u8 = 0x01;
pub(super) const BLOCK: u8 = 0x02;
pub(super) const LOOP: u8 = 0x03;
pub(super) const IF: u8 = 0x04;
pub(super) const ELSE: u8 = 0x05;
pub(super) const END: u8 = 0x0b;
pub(super) const BRANCH: u8 = 0x0c;
pub(super) const BRANCH_IF: u8 = 0x0d;
pub(super) const BRANCH_TABLE: u8 = 0x0e;
pub(super) const RETURN: u8 = 0x0f;
pub(super) const CALL: u8 = 0x10;
pub(super) const CALL_INDIRECT: u8 = 0x11;
pub(super) const RETURN_CALL: u8 = 0x12;
pub(super) const RETURN_CALL_INDIRECT: u8 = 0x13;
pub(super) const DROP: u8 = 0x1a;
pub(super) const SELECT: u8 = 0x1b;
pub(super) const SELECT_TYPED: u8 = 0x1c;
pub(super) const TRY_TABLE: u8 = 0x1f;
pub(super) const LOCAL_GET: u8 = 0x20;
pub(super) const LOCAL_SET: u8 = 0x21;
pub(super) const LOCAL_TEE: u8 = 0x22;
pub(super) const GLOBAL_GET: u8 = 0x23;
pub(super) const GLOBAL_SET: u8 = 0x24;
pub(super) const TABLE_GET: u8 = 0x25;
pub(super) const TABLE_SET: u8 = 0x26;
pub(super) const I32_LOAD: u8 = 0x28;
pub(super) const I32_STORE: u8 = 0x36;
pub(super) const I64_STORE: u8 = 0x37;
pub(super) const I32_STORE8: u8 = 0x3a;
pub(super) const I32_STORE16: u8 = 0x3b;
pub(super) const I64_STORE8: u8 = 0x3c;
pub(super) const I64_STORE32: u8 = 0x3e;
pub(super) const MEMORY_SIZE: u8 = 0x3f;
pub(super) const MEMORY_GROW: u8 = 0x40;
pub(super) const I32_CONST: u8 = 0x41;
pub(super) const I64_CONST: u8 = 0x42;
pub(super) const F32_CONST: u8 = 0x43;
pub(super) const F64_CONST: u8 = 0x44;
pub(super) const I32_EQZ: u8 = 0x45;
pub(super) const I32_EQ: u8 = 0x46;
pub(super) const I32_NE: u8 = 0x47;
pub(super) const I32_LT_U: u8 = 0x49;
pub(super) const I32_GT_U: u8 = 0x4b;
pub(super) const I32_LE_U: u8 = 0x4d;
pub(super) const I64_EQZ: u8 = 0x50;
pub(super) const I64_EQ: u8 = 0x51;
pub(super) const I64_NE: u8 = 0x52;
pub(super) const I32_ADD: u8 = 0x6a;
pub(super) const I32_SUB: u8 = 0x6b;
pub(super) const I64_ADD: u8 = 0x7c;
pub(super) const I64_SUB: u8 = 0x7d;
pub(super) const I32_AND: u8 = 0x71;
pub(super) const I32_OR: u8 = 0x72;
pub(super) const I32_XOR: u8 = 0x73;
pub(super) const I32_SHL: u8 = 0x74;
pub(super) const I32_ROTR: u8 = 0x78;
pub(super) const I64_AND: u8 = 0x83;
pub(super) const I64_OR: u8 = 0x84;
pub(super) const I64_SHL: u8 = 0x86;
pub(super) const I64_ROTR: u8 = 0x8a;
pub(super) const F32_ADD: u8 = 0x92;
pub(super) const F32_MUL: u8 = 0x94;
pub(super) const F32_DIV: u8 = 0x95;
pub(super) const I32_WRAP_I64: u8 = 0xa7;
pub(super) const I64_EXTEND_I32_U: u8 = 0xad;
pub(super) const F32_CONVERT_I32_S: u8 = 0xb2;
pub(super) const F32_DEMOTE_F64: u8 = 0xb6;
pub(super) const F64_PROMOTE_F32: u8 = 0xbb;
pub(super) const I32_REINTERPRET_F32: u8 = 0xbc;
pub(super) const I64_REINTERPRET_F64: u8 = 0xbd;
pub(super) const F32_REINTERPRET_I32: u8 = 0xbe;
pub(super) const F64_REINTERPRET_I64: u8 = 0xbf;
pub(super) const I32_EXTEND8_S: u8 = 0xc0;
pub(super) const I32_EXTEND16_S: u8 = 0xc1;
pub(super) const I64_EXTEND8_S: u8 = 0xc2;
pub(super) const I64_EXTEND16_S: u8 = 0xc3;
pub(super) const I64_EXTEND32_S: u8 = 0xc4;
pub(super) const REF_NULL: u8 = 0xd0;
pub(super) const REF_IS_NULL: u8 = 0xd1;
pub(super) const REF_FUNC: u8 = 0xd2;
pub(super) const RESUME: u8 = 0xe3;
pub(super) const RESUME_THROW: u8 = 0xe4;

/// What comes before the opcodes of bulk memory and table instructions.
pub(super) const MISCELLANEOUS: u8 = 0xfc;
pub(super) const MEMORY_INIT: u32 = 8;
pub(super) const DATA_DROP: u32 = 9;
pub(super) const MEMORY_COPY: u32 = 10;
pub(super) const MEMORY_FILL: u32 = 11;
pub(super) const TABLE_INIT: u32 = 12;
pub(super) const TABLE_COPY: u32 = 14;
pub(super) const TABLE_GROW: u32 = 15;
pub(super) const TABLE_FILL: u32 = 17;
/// What comes before the opcodes of vector instructions.
pub(super) const VECTOR: u8 = 0xfd;
/// What comes before the opcodes of atomic instructions.
pub(super) const ATOMIC: u8 = 0xfe;
pub(super) const I32_ATOMIC_STORE8: u32 = 0x19;
pub(super) const I64_ATOMIC_STORE8: u32 = 0x1b;
pub(super) const LAST_ATOMIC: u32 = 0x4e;

/// The type of a block that takes and leaves nothing.
pub(super) const EMPTY: u8 = 0x40;
pub(super) const I32: u8 = 0x7f;
pub(super) const I64: u8 = 0x7e;
pub(super) const F32: u8 = 0x7d;
pub(super) const F64: u8 = 0x7c;
pub(super) const V128: u8 = 0x7b;
pub(super) const FUNCREF: u8 = 0x70;
pub(super) const EXTERNREF: u8 = 0x6f;

/// A table of what a constant function says of each opcode.
macro_rules! by_opcode {
    ($of:path) => {{
        let mut all = [$of(0); 256];
        let mut opcode = 0;
        while opcode < all.len() {
            all[opcode] = $of(opcode as u8);
            opcode += 1;
        }
        all
    }};
}
pub(super) use by_opcode;
