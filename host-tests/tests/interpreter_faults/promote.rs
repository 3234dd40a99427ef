//! `f64.promote_f32` of a signalling NaN.
//!
//! Where the processor has no instruction for it, the compiler's own library leaves it signalling.
//! No host of these tests is such a machine: the cases are right here, and run on an emulated chip
//! too. The guard runs there as well, before every script of assertions (`cargo rig neighbours --board
//! BOARD`): `boards/support/src/emulated/promotion.rs`.

use crate::case::Case;

const TEXT: &str = include_str!("inputs/promote.wat");

pub(crate) fn cases() -> Vec<Case> {
    let bits = |bits: u32, right: u64| {
        Case::new(format!("{bits:#x}"), TEXT)
            .export("bits")
            .argument(bits.cast_signed())
            .right(right.cast_signed())
    };
    let quiet = |bits: u32, right: i32| {
        Case::new(format!("{bits:#x} is quiet"), TEXT)
            .export("is_quiet")
            .argument(bits.cast_signed())
            .right(right)
    };
    vec![
        bits(0x7fc0_0000, 0x7ff8_0000_0000_0000),
        bits(0x7fa0_0000, 0x7ffc_0000_0000_0000),
        bits(0xff80_0001, 0xfff8_0000_2000_0000),
        bits(0x7f80_0000, 0x7ff0_0000_0000_0000),
        bits(0x8000_0000, 0x8000_0000_0000_0000),
        bits(0x0000_0001, 0x36a0_0000_0000_0000),
        bits(0x3f80_0000, 0x3ff0_0000_0000_0000),
        quiet(0x7fa0_0000, 1),
        quiet(0xff80_0001, 1),
        quiet(0x7fc0_0000, 1),
        quiet(0x7f80_0000, 0),
    ]
}

#[test]
fn guests_get_right_values() {
    crate::ours::right(&cases());
}
