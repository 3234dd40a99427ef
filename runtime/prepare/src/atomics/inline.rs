//! Atomic accesses as sequences of plain ones.
//!
//! The interpreter counts fuel, and so may stop, only where control flow or a bulk operation is.
//! Between a load and its store there is neither, so that nothing comes between them.

use super::{AtomicInstruction, Operation};
use crate::threads_feature::Threads;
use crate::{
    assembler::Assembler,
    host_table::Target,
    memory_argument::MemoryArgument,
    opcode,
    scratch::{Class, Scratch},
};
use vellum_memory::AtomicRmw;

/// An atomic access that is lowered to plain ones.
pub(crate) struct Inline {
    pub(crate) _proof: Threads,
    pub(crate) instruction: AtomicInstruction,
    pub(crate) argument: MemoryArgument,
    /// Whether the memory is a 64-bit one.
    pub(crate) wide: bool,
}

/// The local variables that hold the operands and the value that was there.
#[derive(Default)]
struct Registers {
    address: u32,
    /// What is stored or combined with the value there.
    value: u32,
    expected: u32,
    old: u32,
}

impl Inline {
    /// Whether the address must be checked: that of a byte is a multiple of its width.
    pub(crate) fn is_checked(&self) -> bool {
        self.instruction.width > 0
    }

    /// A load or store of a byte is what it is without being atomic.
    fn is_plain(&self) -> bool {
        !self.is_checked()
            && matches!(self.instruction.operation, Operation::Load | Operation::Store)
    }

    /// How many local variables the sequence needs.
    pub(crate) fn scratch(&self) -> Scratch {
        let mut scratch = Scratch::default();
        self.registers(&mut scratch);
        scratch
    }

    fn registers(&self, scratch: &mut Scratch) -> Registers {
        use Operation::{CompareExchange, Load, Rmw};
        let mut registers = Registers::default();
        if self.is_plain() {
            return registers;
        }
        let AtomicInstruction { operation, long, .. } = self.instruction;
        registers.address = scratch.take(Class::integer(self.wide));
        if operation != Load {
            registers.value = scratch.take(Class::integer(long));
        }
        if operation == CompareExchange {
            registers.expected = scratch.take(Class::integer(long));
        }
        let exchange = Rmw(AtomicRmw::Exchange);
        if matches!(operation, Rmw(_) | CompareExchange) && operation != exchange {
            registers.old = scratch.take(Class::integer(long));
        }
        registers
    }

    /// Emits the sequence; `unaligned` is called when the address is not a multiple of the width.
    pub(crate) fn write(
        &self,
        assembler: &mut Assembler<'_, '_>,
        mut scratch: Scratch,
        unaligned: Target,
    ) {
        let AtomicInstruction { operation, long, width } = self.instruction;
        if self.is_plain() {
            let store = operation == Operation::Store;
            let opcode = if store { store_opcode(long, width) } else { load_opcode(long, width) };
            return assembler.access(opcode, self.argument.immediates.clone());
        }
        let registers = self.registers(&mut scratch);
        if operation != Operation::Load {
            assembler.local(opcode::LOCAL_SET, registers.value);
        }
        if operation == Operation::CompareExchange {
            assembler.local(opcode::LOCAL_SET, registers.expected);
        }
        if self.is_checked() {
            assembler.local(opcode::LOCAL_TEE, registers.address);
            self.check(assembler, unaligned);
        } else {
            assembler.local(opcode::LOCAL_SET, registers.address);
        }
        assembler.local(opcode::LOCAL_GET, registers.address);
        self.access(assembler, &registers);
    }

    /// Calls the helper if the address on the stack is misaligned.
    fn check(&self, assembler: &mut Assembler<'_, '_>, unaligned: Target) {
        let mask = (1i32 << self.instruction.width) - 1;
        if self.wide {
            assembler.instructions(&[opcode::I32_WRAP_I64]);
        }
        let low = (self.argument.offset & u64::from(mask.cast_unsigned())) as i32;
        if low != 0 {
            assembler.i32_const(low);
            assembler.instructions(&[opcode::I32_ADD]);
        }
        assembler.i32_const(mask);
        assembler.instructions(&[opcode::I32_AND, opcode::IF, opcode::EMPTY]);
        assembler.call(unaligned);
        assembler.instructions(&[opcode::END]);
    }

    /// The access itself, whose address is on the stack.
    fn access(&self, assembler: &mut Assembler<'_, '_>, registers: &Registers) {
        use opcode::{LOCAL_GET, LOCAL_TEE};
        let AtomicInstruction { operation, long, width } = self.instruction;
        let &Registers { address, value, expected, old } = registers;
        let immediates = || self.argument.immediates.clone();
        let (load, store) = (load_opcode(long, width), store_opcode(long, width));
        match operation {
            Operation::Store => {
                assembler.local(LOCAL_GET, value);
                assembler.access(store, immediates());
            }
            Operation::Rmw(AtomicRmw::Exchange) => {
                assembler.access(load, immediates());
                assembler.local(LOCAL_GET, address);
                assembler.local(LOCAL_GET, value);
                assembler.access(store, immediates());
            }
            Operation::Rmw(rmw) => {
                assembler.local(LOCAL_GET, address);
                assembler.access(load, immediates());
                assembler.local(LOCAL_TEE, old);
                assembler.local(LOCAL_GET, value);
                assembler.instructions(&[combine_opcode(long, rmw)]);
                assembler.access(store, immediates());
                assembler.local(LOCAL_GET, old);
            }
            Operation::CompareExchange => {
                assembler.local(LOCAL_GET, value);
                assembler.local(LOCAL_GET, address);
                assembler.access(load, immediates());
                assembler.local(LOCAL_TEE, old);
                assembler.local(LOCAL_GET, old);
                assembler.local(LOCAL_GET, expected);
                self.wrap(assembler);
                let equal = if long { opcode::I64_EQ } else { opcode::I32_EQ };
                assembler.instructions(&[equal, opcode::SELECT]);
                assembler.access(store, immediates());
                assembler.local(LOCAL_GET, old);
            }
            Operation::Load | Operation::Notify | Operation::Wait | Operation::Fence => {
                assembler.access(load, immediates());
            }
        }
    }

    /// Takes what does not fit the width from the value on the stack.
    fn wrap(&self, assembler: &mut Assembler<'_, '_>) {
        let AtomicInstruction { long, width, .. } = self.instruction;
        match (long, width) {
            (false, 0 | 1) => {
                assembler.i32_const((1 << (8 << width)) - 1);
                assembler.instructions(&[opcode::I32_AND]);
            }
            (true, 0..=2) => {
                assembler.i64_const((1 << (8 << width)) - 1);
                assembler.instructions(&[opcode::I64_AND]);
            }
            _ => {}
        }
    }
}

fn load_opcode(long: bool, width: u8) -> u8 {
    match (long, width) {
        (false, 0) => 0x2d,
        (false, 1) => 0x2f,
        (false, _) => 0x28,
        (true, 0) => 0x31,
        (true, 1) => 0x33,
        (true, 2) => 0x35,
        (true, _) => 0x29,
    }
}

fn store_opcode(long: bool, width: u8) -> u8 {
    match (long, width) {
        (false, 0) => 0x3a,
        (false, 1) => 0x3b,
        (false, _) => 0x36,
        (true, 0) => 0x3c,
        (true, 1) => 0x3d,
        (true, 2) => 0x3e,
        (true, _) => 0x37,
    }
}

fn combine_opcode(long: bool, operation: AtomicRmw) -> u8 {
    let (short, long_form) = match operation {
        AtomicRmw::Add => (0x6a, 0x7c),
        AtomicRmw::Sub => (0x6b, 0x7d),
        AtomicRmw::And => (0x71, 0x83),
        AtomicRmw::Or => (0x72, 0x84),
        AtomicRmw::Xor | AtomicRmw::Exchange => (0x73, 0x85),
    };
    if long { long_form } else { short }
}
