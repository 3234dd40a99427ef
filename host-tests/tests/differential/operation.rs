//! What is done to a memory, and what comes of it.

use crate::guest::{LOADS, Limits, OFFSETS, STORES};
use proptest::{collection::vec, prelude::*, sample::select};

/// One step, by the host or by the guest.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    HostSize,
    HostGrow(u64),
    HostRead {
        offset: usize,
        len: usize,
    },
    HostWrite {
        offset: usize,
        bytes: Vec<u8>,
    },
    /// Calls the guest's function of that name; arguments are bits of the type given.
    Guest {
        name: String,
        arguments: Vec<(&'static str, u64)>,
        result: Option<&'static str>,
    },
}

/// What a step did. Two runtimes agree when these are equal and so are the memory's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Bits of the result, and its type.
    Value(&'static str, u64),
    Bytes(Vec<u8>),
    /// The host asked for bytes that the memory does not have.
    AccessRefused,
    /// The host asked for more pages than the memory may have.
    GrowthRefused,
    /// The guest trapped with this text.
    Trap(&'static str),
}

/// Addresses, most of them near the ends that the memory may have.
fn address(limits: Limits) -> impl Strategy<Value = u32> {
    let page: u32 = if limits.bytes { 1 } else { 65_536 };
    let near = (limits.minimum..=limits.maximum, 0_u32..40)
        .prop_map(move |(pages, back)| pages.wrapping_mul(page).wrapping_add(8).wrapping_sub(back));
    prop_oneof![4 => near, 2 => 0_u32..256, 1 => any::<u32>(), 1 => (u32::MAX - 16)..=u32::MAX]
}

fn length() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0_u32..64, 2 => 65_500_u32..65_600, 1 => any::<u32>()]
}

fn guest(name: impl Into<String>, arguments: &[(&'static str, u64)]) -> Operation {
    Operation::Guest { name: name.into(), arguments: arguments.to_vec(), result: None }
}

fn accesses(limits: Limits) -> impl Strategy<Value = Operation> {
    let load = (select(&LOADS[..]), 0..OFFSETS.len(), address(limits));
    let load = load.prop_map(|((name, ty), offset, address)| Operation::Guest {
        name: format!("{name} {offset}"),
        arguments: vec![("i32", address.into())],
        result: Some(ty),
    });
    let store = (select(&STORES[..]), 0..OFFSETS.len(), address(limits), any::<u64>());
    let store = store.prop_map(|((name, ty), offset, address, value)| {
        guest(format!("{name} {offset}"), &[("i32", address.into()), (ty, value)])
    });
    prop_oneof![load, store]
}

fn bulk(limits: Limits) -> impl Strategy<Value = Operation> {
    let name = select(&["fill", "copy", "init"][..]);
    (name, address(limits), address(limits), length()).prop_map(|(name, to, from, len)| {
        // The passive segment is short: most of its ranges should be in it.
        let from = if name == "init" { from % 32 } else { from };
        let len = if name == "init" && len > 64 { len % 32 } else { len };
        guest(name, &[("i32", to.into()), ("i32", from.into()), ("i32", len.into())])
    })
}

fn growth() -> impl Strategy<Value = Operation> {
    let delta = prop_oneof![6 => 0_u32..4, 1 => any::<u32>(), 1 => 65_000_u32..70_000];
    (delta, any::<bool>()).prop_map(|(delta, host)| match host {
        true => Operation::HostGrow(delta.into()),
        false => Operation::Guest {
            name: "grow".to_owned(),
            arguments: vec![("i32", delta.into())],
            result: Some("i32"),
        },
    })
}

fn by_host(limits: Limits) -> impl Strategy<Value = Operation> {
    let read = (address(limits), 0_usize..80)
        .prop_map(|(offset, len)| Operation::HostRead { offset: offset as usize, len });
    let write = (address(limits), vec(any::<u8>(), 0..80))
        .prop_map(|(offset, bytes)| Operation::HostWrite { offset: offset as usize, bytes });
    prop_oneof![3 => read, 3 => write, 1 => Just(Operation::HostSize)]
}

/// Sequences of steps on a memory.
pub(crate) fn sequence(limits: Limits) -> impl Strategy<Value = Vec<Operation>> {
    let size = Operation::Guest { name: "size".to_owned(), arguments: vec![], result: Some("i32") };
    vec(
        prop_oneof![
            8 => accesses(limits),
            3 => bulk(limits),
            3 => growth(),
            4 => by_host(limits),
            1 => Just(size),
            1 => Just(guest("drop", &[])),
        ],
        1..50,
    )
}
