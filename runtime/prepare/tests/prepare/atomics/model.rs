//! What atomic accesses do, said in Rust.

use super::instructions::{Instruction, Kind};

/// Why an access traps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trap {
    Unaligned,
    OutOfBounds,
}

/// Does an access to `memory`: what was there, or for a store zero.
pub(crate) fn access(
    instruction: Instruction,
    memory: &mut [u8],
    address: u64,
    operands: [u64; 2],
) -> Result<u64, Trap> {
    let width = instruction.bits / 8;
    if !address.is_multiple_of(u64::from(width)) {
        return Err(Trap::Unaligned);
    }
    let start = usize::try_from(address).map_err(|_| Trap::OutOfBounds)?;
    let end = start.checked_add(width as usize).ok_or(Trap::OutOfBounds)?;
    let cell = memory.get_mut(start..end).ok_or(Trap::OutOfBounds)?;
    let mut bytes = [0; 8];
    bytes[..cell.len()].copy_from_slice(cell);
    let old = u64::from_le_bytes(bytes);
    let new = next(instruction, old, operands);
    cell.copy_from_slice(&new.to_le_bytes()[..cell.len()]);
    Ok(if instruction.kind == Kind::Store { 0 } else { old })
}

/// The value that an access leaves where `old` was.
pub(crate) fn next(instruction: Instruction, old: u64, [first, second]: [u64; 2]) -> u64 {
    let mask = u64::MAX >> (64 - instruction.bits);
    let new = match instruction.kind {
        Kind::Load => old,
        Kind::Store | Kind::Exchange => first,
        Kind::Add => old.wrapping_add(first),
        Kind::Sub => old.wrapping_sub(first),
        Kind::And => old & first,
        Kind::Or => old | first,
        Kind::Xor => old ^ first,
        Kind::CompareExchange if old == first & mask => second,
        Kind::CompareExchange => old,
    };
    new & mask
}
