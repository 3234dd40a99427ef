extern crate std;

use super::super::{super::section::Sections, MendSite, Walk};
use super::*;
use proptest::prelude::*;
use std::{vec, vec::Vec};

/// A module with a function of two parameters that has this code.
fn module(code: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in [
        (1, &[2, 0x60, 2, 0x7f, 0x7e, 0, 0x60, 0, 1, 0x7f][..]),
        (3, &[1, 0]),
        (5, &[1, 0, 1]),
        (6, &[1, 0x7f, 1, 0x41, 0, 0x0b]),
    ] {
        module.extend([id, content.len() as u8]);
        module.extend(content);
    }
    let length = code.len() as u32 + 2;
    let bytes = |value: u32| [value as u8 | 0x80, (value >> 7) as u8];
    module.push(10);
    module.extend(bytes(length + 3));
    module.push(1);
    module.extend(bytes(length));
    module.push(0);
    module.extend(code);
    module.push(0x0b);
    module
}

/// An instruction, how many operands it takes, and how many it gives.
fn instruction() -> impl Strategy<Value = (Vec<u8>, usize, usize)> {
    let plain = |opcodes: Vec<u8>, takes, gives| {
        proptest::sample::select(opcodes).prop_map(move |opcode| (vec![opcode], takes, gives))
    };
    let with = |codes: Vec<Vec<u8>>, takes, gives| {
        proptest::sample::select(codes).prop_map(move |code| (code, takes, gives))
    };
    let values = vec![
        vec![0x41, 0],
        vec![0x41, 32],
        vec![0x41, 1],
        vec![0x41, 0x80, 0],
        vec![0x41, 0xe4, 0],
        vec![0x42, 0],
        vec![0x20, 0],
        vec![0x20, 1],
        vec![0x23, 0],
        vec![0x3f, 0],
        vec![0x43, 0, 0, 0x80, 0x7f],
    ];
    prop_oneof![
        4 => with(values, 0, 1),
        3 => plain(vec![0x45, 0x50, 0xad, 0xa7, 0xbc, 0xbe, 0x67], 1, 1),
        4 => plain(vec![0x46, 0x47, 0x51, 0x6a, 0x71, 0x73, 0x74, 0x78, 0x86, 0x49, 0x92], 2, 1),
        1 => with(vec![vec![0x22, 0], vec![0x28, 2, 0], vec![0x40, 0], vec![0xfc, 0]], 1, 1),
        1 => with(vec![vec![0x21, 0], vec![0x1a], vec![0x24, 0], vec![0x0d, 0]], 1, 0),
        1 => with(vec![vec![0x36, 2, 0], vec![0x36, 2, 0x80, 0x80, 4]], 2, 0),
        1 => with(vec![vec![0xfc, 11, 0], vec![0xfc, 10, 0, 0]], 3, 0),
        3 => with(vec![vec![0x1b], vec![0x1c, 1, 0x7f]], 3, 1),
        1 => with(vec![vec![0x02, 0x40], vec![0x03, 0x40], vec![0x01]], 0, 0),
        1 => with(vec![vec![0x03, 0x7f], vec![0x02, 0x7f], vec![0x0c, 0]], 0, 0),
        1 => with(vec![vec![0x04, 0x40], vec![0x04, 0x7f]], 1, 0),
        1 => with(vec![vec![0x0b], vec![0x05]], 0, 0),
    ]
}

fn found(facts: &mut Facts<'_>, function: Function) -> Vec<MendSite> {
    let mut found = Vec::new();
    Walk::new(facts, function, &mut found).and_then(Walk::all).expect("there is room");
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// What is looked at ends where the decoder says that it ends.
    #[test]
    fn instructions_end_where_the_decoder_says(code in proptest::collection::vec(any::<u8>(), 1..16)) {
        let module = module(&code);
        let sections = Sections::find(&module).expect("it is a module");
        let facts = Facts::of(&module, &sections, &[], None).expect("it is a module");
        let (start, end) = (module.len() - code.len() - 1, module.len());
        let mut reader = Reader::new(&module, start..end);
        if reader.operator().is_ok() {
            let mut look = Look::new(&facts, end, false);
            look.depth = 2;
            let behind = look.instruction(code[0], &module[start + 1..]).expect("it is supported");
            prop_assert_eq!(behind.map(<[u8]>::len), Some(end - reader.position()));
        }
    }

    /// Where nothing is suspected, nothing is found.
    #[test]
    fn all_that_is_found_is_suspected(
        instructions in proptest::collection::vec(instruction(), 1..40),
    ) {
        let (mut code, mut height, mut blocks) = (Vec::new(), 0usize, 0usize);
        for (bytes, takes, gives) in instructions {
            match bytes[0] {
                0x02..=0x04 => blocks += 1,
                // The function ends behind all of them.
                0x0b if blocks == 0 => continue,
                0x0b => blocks -= 1,
                _ => {}
            }
            // The walk ends where an operand is missing.
            for nth in height..takes {
                code.extend([0x20, nth as u8 & 1]);
            }
            height = height.max(takes) - takes + gives;
            code.extend(bytes);
        }
        let module = module(&code);
        let sections = Sections::find(&module).expect("it is a module");
        let mut facts = Facts::of(&module, &sections, &[], None).expect("it is a module");
        let end = module.len();
        let function = Function { ty: 0, body: end - code.len() - 2..end };
        let signs = look(&facts, &function).expect("all is supported");
        if !signs.mends {
            prop_assert_eq!(found(&mut facts, function).len(), 0);
        }
    }
}

/// The property above is not true of nothing, and what compilers write is not suspected.
#[test]
fn comparisons_with_zero_are_suspected() {
    let suspected = |code: &[u8]| {
        let module = module(code);
        let sections = Sections::find(&module).expect("it is a module");
        let facts = Facts::of(&module, &sections, &[], None).expect("it is a module");
        let end = module.len();
        let body = end - code.len() - 2..end;
        look(&facts, &Function { ty: 0, body }).expect("all is supported").mends
    };
    let values = [0x20, 0, 0x20, 0];
    for condition in [
        &[0x20, 0, 0x45][..],
        &[0x20, 0, 0x41, 0, 0x46],
        &[0x41, 0, 0x20, 0, 0x47],
        &[0x20, 0, 0x45, 0x03, 0x40, 0x0b],
        &[0x20, 0, 0x45, 0x20, 0, 0x21, 0],
        &[0x20, 0, 0x45, 0x41, 0, 0x74],
    ] {
        // A block before it is one behind it.
        let expected = !condition.contains(&0x03);
        assert_eq!(suspected(&[&values, condition, &[0x1b, 0x1a]].concat()), expected);
    }
    for condition in [
        &[0x20, 0][..],
        &[0x20, 0, 0x41, 5, 0x46],
        &[0x20, 0, 0x41, 0xe4, 0, 0x47],
        &[0x20, 0, 0x20, 0, 0x46],
        &[0x20, 0, 0x28, 2, 0, 0x45],
        &[0x20, 0, 0x20, 0, 0x71, 0x45],
        &[0x20, 0, 0x45, 0x0d, 0, 0x20, 0],
    ] {
        assert!(!suspected(&[&values, condition, &[0x1b, 0x1a]].concat()), "{condition:x?}");
    }
}
