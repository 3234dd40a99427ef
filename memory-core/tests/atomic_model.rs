//! Atomic and bulk operations against references that are written differently.

#![cfg(not(loom))]

use proptest::collection::vec;
use proptest::prelude::*;
use vellum_memory::{
    AccessError, AtomicAccess, AtomicInt, AtomicRmw, BlockAccess, MemoryAccess, MemoryType,
    PagePool, Platform, SharedError, SharedMemory,
};

const SIZE: usize = 40;

/// The value of `width` little-endian bytes.
fn value(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// What `operation` makes of two values, bit by bit or by wide arithmetic.
fn reference(operation: AtomicRmw, old: u64, operand: u64, width: usize) -> u64 {
    let bits = 8 * width as u32;
    let modulus = 1_u128 << bits;
    let (old, operand) = (u128::from(old), u128::from(operand) % modulus);
    let bitwise = |rule: fn(bool, bool) -> bool| {
        (0..bits)
            .filter(|bit| rule(old >> bit & 1 == 1, operand >> bit & 1 == 1))
            .fold(0, |value, bit| value | 1 << bit)
    };
    let new = match operation {
        AtomicRmw::Add => (old + operand) % modulus,
        AtomicRmw::Sub => (old + modulus - operand) % modulus,
        AtomicRmw::And => bitwise(|a, b| a && b),
        AtomicRmw::Or => bitwise(|a, b| a || b),
        AtomicRmw::Xor => bitwise(|a, b| a != b),
        AtomicRmw::Exchange => operand,
    };
    new as u64
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Load,
    Store(u64),
    Rmw(AtomicRmw, u64),
    /// With the old value as expected one, or another.
    CompareExchange {
        hits: bool,
        expected: u64,
        replacement: u64,
    },
}

fn operations() -> impl Strategy<Value = Operation> {
    let rmw = prop_oneof![
        Just(AtomicRmw::Add),
        Just(AtomicRmw::Sub),
        Just(AtomicRmw::And),
        Just(AtomicRmw::Or),
        Just(AtomicRmw::Xor),
        Just(AtomicRmw::Exchange),
    ];
    let operand = prop_oneof![any::<u64>(), Just(0), Just(1), Just(u64::MAX)];
    prop_oneof![
        Just(Operation::Load),
        operand.clone().prop_map(Operation::Store),
        (rmw, operand.clone()).prop_map(|(rmw, operand)| Operation::Rmw(rmw, operand)),
        (any::<bool>(), operand.clone(), operand).prop_map(|(hits, expected, replacement)| {
            Operation::CompareExchange { hits, expected, replacement }
        }),
    ]
}

/// The same operation on the reference: the old value, and the bytes after.
fn on_reference(
    bytes: &mut [u8],
    offset: usize,
    width: usize,
    operation: Operation,
) -> Result<u64, AccessError> {
    if !offset.is_multiple_of(width) {
        return Err(AccessError::Misaligned { offset, align: width });
    }
    let size = bytes.len();
    let Some(place) = offset.checked_add(width).and_then(|end| bytes.get_mut(offset..end)) else {
        return Err(AccessError::OutOfBounds { offset, len: width, size });
    };
    let old = value(place);
    let new = match operation {
        Operation::Load => old,
        Operation::Store(value) => value,
        Operation::Rmw(rmw, operand) => reference(rmw, old, operand, width),
        Operation::CompareExchange { hits, expected, replacement } => {
            let expected = if hits { old } else { expected & (u64::MAX >> (64 - 8 * width)) };
            if old == expected { replacement } else { old }
        }
    };
    place.copy_from_slice(&new.to_le_bytes()[..width]);
    Ok(old)
}

/// The same operation through all ways that name it, which must agree.
fn on_memory<T: AtomicInt + std::fmt::Debug + PartialEq>(
    memory: &mut [u8],
    shared: &SharedMemory,
    offset: usize,
    operation: Operation,
    cast: fn(u64) -> T,
) -> Result<T, AccessError> {
    let before = memory.to_vec();
    let (result, shared_result) = match operation {
        Operation::Load => (memory.atomic_load(offset), shared.atomic_load(offset)),
        Operation::Store(value) => {
            let old = memory.atomic_load(offset);
            let value = cast(value);
            let stored = memory.atomic_store(offset, value).and(old);
            (stored, shared.atomic_store(offset, value).and_then(|()| Ok(old?)))
        }
        Operation::Rmw(rmw, operand) => {
            let operand = cast(operand);
            let again = &mut before.clone()[..];
            let named = match rmw {
                AtomicRmw::Add => again.atomic_add(offset, operand),
                AtomicRmw::Sub => again.atomic_sub(offset, operand),
                AtomicRmw::And => again.atomic_and(offset, operand),
                AtomicRmw::Or => again.atomic_or(offset, operand),
                AtomicRmw::Xor => again.atomic_xor(offset, operand),
                AtomicRmw::Exchange => again.atomic_exchange(offset, operand),
            };
            let result = memory.atomic_rmw(offset, rmw, operand);
            assert_eq!(named, result);
            assert_eq!(again, memory);
            let shared_result = match rmw {
                AtomicRmw::Add => shared.atomic_add(offset, operand),
                AtomicRmw::Sub => shared.atomic_sub(offset, operand),
                AtomicRmw::And => shared.atomic_and(offset, operand),
                AtomicRmw::Or => shared.atomic_or(offset, operand),
                AtomicRmw::Xor => shared.atomic_xor(offset, operand),
                AtomicRmw::Exchange => shared.atomic_exchange(offset, operand),
            };
            (result, shared_result)
        }
        Operation::CompareExchange { hits, expected, replacement } => {
            let old = memory.atomic_load(offset);
            let expected = if hits { old.unwrap_or(cast(0)) } else { cast(expected) };
            let replacement = cast(replacement);
            (
                memory.atomic_compare_exchange(offset, expected, replacement),
                shared.atomic_compare_exchange(offset, expected, replacement),
            )
        }
    };
    assert_eq!(shared_result, result.map_err(SharedError::Access));
    result
}

static POOL: PagePool<[[u8; 64]; 16]> = PagePool::new();

fn shared_memory() -> SharedMemory {
    let ty = MemoryType::builder().min(SIZE as u64).max(Some(SIZE as u64)).page_size_log2(0);
    SharedMemory::new(&POOL, ty.build().unwrap()).unwrap().on(&Platform::STD)
}

fn agree(
    start: &[u8; SIZE],
    steps: &[(usize, usize, bool, Operation)],
) -> Result<(), TestCaseError> {
    let shared = shared_memory();
    shared.write(0, start).unwrap();
    let (mut memory, mut model) = (*start, *start);
    for &(offset, width, signed, step) in steps {
        let memory = &mut memory[..];
        macro_rules! at {
            ($signed:ty, $unsigned:ty) => {
                match signed {
                    true => on_memory::<$signed>(memory, &shared, offset, step, |v| v as $signed)
                        .map(|old| old as $unsigned as u64),
                    false => {
                        on_memory::<$unsigned>(memory, &shared, offset, step, |v| v as $unsigned)
                            .map(|old| old as u64)
                    }
                }
            };
        }
        let result = match width {
            1 => at!(i8, u8),
            2 => at!(i16, u16),
            4 => at!(i32, u32),
            _ => at!(i64, u64),
        };
        prop_assert_eq!(result, on_reference(&mut model, offset, width, step));
        prop_assert_eq!(&*memory, &model[..]);
    }
    let mut bytes = [0; SIZE];
    shared.read(0, &mut bytes).unwrap();
    prop_assert_eq!(bytes, model);
    Ok(())
}

fn offsets() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..SIZE + 9,
        (0..SIZE / 8 + 1).prop_map(|n| 8 * n),
        Just(usize::MAX),
        Just(usize::MAX - 7),
    ]
}

fn widths() -> impl Strategy<Value = usize> {
    prop_oneof![Just(1_usize), Just(2), Just(4), Just(8)]
}

/// A bulk operation with operands that reach a little past all ends.
type Bulk = (usize, usize, usize, u8, u8);

fn bulk() -> impl Strategy<Value = Bulk> {
    let len = prop_oneof![0..SIZE + 4, Just(usize::MAX)];
    (offsets(), offsets(), len, any::<u8>(), 0..6_u8)
}

/// The bulk operations byte by byte, and only if all bytes are there.
fn bulk_on_reference(model: &mut [u8], other: &mut [u8], bulk: Bulk) -> bool {
    let (to, from, len, value, which) = bulk;
    let fits = |offset: usize| offset.checked_add(len).is_some_and(|end| end <= SIZE);
    if !fits(to) || which != 0 && !fits(from) {
        return false;
    }
    let (before, other_before) = (model.to_vec(), other.to_vec());
    for n in 0..len {
        match which {
            0 => model[to + n] = value,
            1 => model[to + n] = before[from + n],
            4 => other[to + n] = before[from + n],
            _ => model[to + n] = other_before[from + n],
        }
    }
    true
}

fn config() -> ProptestConfig {
    let cases = if cfg!(miri) { 1 } else { 1000 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn atomic_operations_of_all_widths_agree_with_the_reference(
        start in any::<[u8; SIZE]>(),
        steps in vec((offsets(), widths(), any::<bool>(), operations()), 1..20),
    ) {
        agree(&start, &steps)?;
    }

    #[test]
    fn bulk_operations_agree_with_the_reference(
        start in any::<[u8; SIZE]>(),
        private in any::<[u8; SIZE]>(),
        steps in vec(bulk(), 1..12),
    ) {
        let (memory, other) = (shared_memory(), shared_memory());
        memory.write(0, &start).unwrap();
        let (mut model, mut model_private, mut private) = (start, private, private);
        for bulk in steps {
            let (to, from, len, value, which) = bulk;
            let private = &mut private[..];
            let result = match which {
                0 => memory.memory_fill(to, value, len),
                1 => memory.memory_copy(to, from, len),
                2 => memory.memory_copy_from(to, private, from, len),
                3 => memory.memory_init(to, private, from, len),
                4 => memory.memory_copy_into(private, to, from, len),
                _ => {
                    other.write(0, private).unwrap();
                    memory.memory_copy_between(to, &other, from, len)
                }
            };
            let done = bulk_on_reference(&mut model, &mut model_private, bulk);
            prop_assert_eq!(result.is_ok(), done, "{:?}", result);
            let guard = memory.lock().unwrap();
            prop_assert_eq!(guard.data(), &model[..]);
            prop_assert_eq!(&*private, &model_private[..]);
        }
        prop_assert!(memory.memory_copy_between(0, &memory, 1, SIZE - 1).is_ok());
    }
}

#[test]
fn a_slice_has_the_bulk_operations_too() {
    let memory = &mut { *b"0123456789" }[..];
    memory.memory_copy(2, 0, 8).unwrap();
    assert_eq!(memory, b"0101234567");
    memory.memory_copy(0, 10, 0).unwrap();
    let error = AccessError::OutOfBounds { offset: 11, len: 0, size: 10 };
    assert_eq!(memory.memory_copy(0, 11, 0), Err(error));
    assert_eq!(
        memory.memory_init(0, b"ab", 1, 2).unwrap_err().to_string(),
        "out of bounds memory access: 2 bytes at offset 1 of 2"
    );
}
