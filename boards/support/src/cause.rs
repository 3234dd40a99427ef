//! What a processor's fault status says, in words.

use defmt::Str;

/// Names the kind of a fault and its cause by the configurable fault status register. A fault of
/// another origin has none of its bits.
pub(crate) fn of(cfsr: u32) -> (Str, Str) {
    // Of several the highest is the first cause: a fault that the stacking adds is of a lower class.
    let bit = cfsr & !VALID;
    let bit = bit.checked_ilog2().unwrap_or(u32::MAX);
    let class = match bit {
        0..8 => defmt::intern!("memory fault"),
        8..16 => defmt::intern!("bus fault"),
        16..32 => defmt::intern!("usage fault"),
        _ => defmt::intern!("hard fault"),
    };
    let cause = match bit {
        0 => defmt::intern!("execution forbidden"),
        1 => defmt::intern!("access forbidden"),
        8 => defmt::intern!("code can't be fetched"),
        9 => defmt::intern!("no such address"),
        10 => defmt::intern!("late, no such address"),
        3 | 11 => defmt::intern!("on return from an exception"),
        4 | 12 => defmt::intern!("on entry of an exception"),
        5 | 13 => defmt::intern!("floating-point registers can't be saved"),
        16 => defmt::intern!("undefined instruction"),
        17 => defmt::intern!("invalid state"),
        18 => defmt::intern!("invalid return from an exception"),
        19 => defmt::intern!("no coprocessor"),
        24 => defmt::intern!("unaligned access"),
        25 => defmt::intern!("division by zero"),
        _ => defmt::intern!("without a cause"),
    };
    (class, cause)
}

/// The memory fault's address is known.
pub(crate) const MEMORY_ADDRESS: u32 = 1 << 7;
/// The bus fault's address is known.
pub(crate) const BUS_ADDRESS: u32 = 1 << 15;
/// The bits that tell no cause.
const VALID: u32 = MEMORY_ADDRESS | BUS_ADDRESS;
/// The stack pointer would have passed the stack's limit.
pub(crate) const STACK_OVERFLOW: u32 = 1 << 20;
