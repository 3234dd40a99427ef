//! Lowered atomics do what the specification says, for every instruction, width and value.

use super::instructions::Instruction;
use super::model::{Trap, access};
use crate::guest::Guest;
use proptest::prelude::*;
use wasmi::Val;

const PAGE: usize = 65536;
/// Offsets in the instructions: none, one that makes addresses misaligned, and one of two bytes.
const OFFSETS: [u64; 3] = [0, 3, 0x208];

/// A module with every access at every offset, to the second of two memories of a page.
fn module(wide: bool) -> String {
    let index = if wide { "i64" } else { "" };
    let mut text = format!("(module (memory 1) (memory {index} 1)\n");
    for (nth, instruction) in Instruction::all().enumerate() {
        for offset in OFFSETS {
            text += &instruction.function(&format!("{nth}+{offset}"), wide, 1, offset);
        }
    }
    text + ")"
}

/// An access: which instruction, where, with what.
#[derive(Debug, Clone)]
struct Step {
    instruction: usize,
    offset: u64,
    address: u64,
    operands: [u64; 2],
}

fn step() -> impl Strategy<Value = Step> {
    let address = prop_oneof![
        // A few cells that are hit again and again, the end of the memory, and anywhere.
        6 => 0..32u64,
        2 => (PAGE as u64 - 0x220)..(PAGE as u64 + 8),
        1 => any::<u32>().prop_map(u64::from),
        1 => Just(u64::from(u32::MAX)),
    ];
    let operand = prop_oneof![any::<u64>(), 0..4u64, Just(u64::MAX)];
    (
        0..Instruction::all().count(),
        prop::sample::select(&OFFSETS[..]),
        address,
        operand.clone(),
        operand,
    )
        .prop_map(|(instruction, offset, address, one, other)| Step {
            instruction,
            offset,
            address,
            operands: [one, other],
        })
}

/// Runs the steps in the interpreter and in the model.
fn run(guest: &mut Guest, wide: bool, steps: &[Step]) -> Result<(), TestCaseError> {
    let memory = guest.memories[1];
    memory.data_mut(&mut guest.store).fill(0);
    let mut model = vec![0; PAGE];
    for step in steps {
        let instruction = Instruction::all().nth(step.instruction).expect("an index of them");
        let value = |value: u64| {
            if instruction.long { Val::I64(value as i64) } else { Val::I32(value as i32) }
        };
        let mut operands = step.operands;
        // Often the value expected is there.
        if step.address.is_multiple_of(3) {
            let start = usize::try_from(step.address + step.offset).unwrap_or(PAGE);
            if let Some(cell) = model.get(start..start + 8) {
                operands[0] = u64::from_le_bytes(cell.try_into().expect("8 bytes"));
            }
        }
        let address =
            if wide { Val::I64(step.address as i64) } else { Val::I32(step.address as i32) };
        let arguments = [address, value(operands[0]), value(operands[1])];
        let arguments = &arguments[..=instruction.operands()];
        let operands = if instruction.long { operands } else { operands.map(|o| o & 0xffff_ffff) };
        let expected = access(instruction, &mut model, step.address + step.offset, operands);
        let name = format!("{}+{}", step.instruction, step.offset);
        match (guest.call(&name, arguments), expected) {
            (Ok(found), Ok(old)) => {
                prop_assert_eq!(found, old, "{} {:?}", instruction.name(), step)
            }
            (Err(error), Err(Trap::Unaligned)) => prop_assert_eq!(error, "unaligned atomic"),
            (Err(error), Err(Trap::OutOfBounds)) => {
                prop_assert_eq!(error, "out of bounds memory access");
            }
            other => prop_assert!(false, "{} {step:?}: {other:?}", instruction.name()),
        }
    }
    prop_assert!(memory.data(&guest.store) == model, "the memories differ");
    prop_assert!(guest.memories[0].data(&guest.store).iter().all(|byte| *byte == 0));
    Ok(())
}

fn check(wide: bool) {
    let guest = std::cell::RefCell::new(Guest::new(&module(wide)));
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() };
    let steps = prop::collection::vec(step(), 1..200);
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner.run(&steps, |steps| run(&mut guest.borrow_mut(), wide, &steps)).expect("all agree");
}

#[test]
fn all_agree_with_the_model() {
    check(false);
}

#[cfg(feature = "memory64")]
#[test]
fn so_do_those_of_a_64_bit_memory() {
    check(true);
}

#[test]
fn a_fence_does_nothing() {
    let mut guest = Guest::new(
        r#"(module (func (export "f") (result i32) (atomic.fence) (i32.const 5) (atomic.fence)))"#,
    );
    assert_eq!(guest.call("f", &[]), Ok(5));
}

/// The operands of a function are untouched by the variables that lowering appends.
#[test]
fn local_variables_stay_what_they_are() {
    let mut guest = Guest::new(
        r#"(module (memory 1)
            (func (export "f") (param i32 i64) (result i64) (local i32 f32 i64)
                (local.set 2 (i32.const 7))
                (local.set 4 (i64.const 1000))
                (drop (i64.atomic.rmw.add (i32.const 8) (i64.const 5)))
                (drop (i32.atomic.rmw16.cmpxchg_u (i32.const 8) (i32.const 5) (i32.const 9)))
                (i64.add
                    (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1))
                    (i64.add
                        (i64.add (i64.extend_i32_u (local.get 2)) (local.get 4))
                        (i64.atomic.load (i32.const 8))))))"#,
    );
    assert_eq!(guest.call("f", &[Val::I32(1), Val::I64(20)]), Ok(1 + 20 + 7 + 1000 + 9));
}
