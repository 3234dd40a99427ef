//! Every instruction, with every few operands.

use super::{bodies::module, validate};
use vellum_prepare::Proposals;
use wasm_encoder::ValType;

/// Instructions that push a value, one for each type of values, and the local variable of that type.
const PUSHES: [&[u8]; 6] = [
    &[0x41, 0],
    &[0x42, 0],
    &[0x43, 0, 0, 0, 0],
    &[0x44, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xd0, 0x70],
    &[0xd0, 0x6f],
];
/// One local variable of each type.
const LOCALS: [u8; 13] = [6, 1, 0x7f, 1, 0x7e, 1, 0x7d, 1, 0x7c, 1, 0x70, 1, 0x6f];
const TYPES: [u8; 9] = [0x40, 0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f, 1, 4];

/// All instructions, each with immediates of every kind that matters.
fn instructions() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut add = |opcode: u8, immediates: &[u8]| all.push([&[opcode], immediates].concat());
    for opcode in 0..=0xff {
        match opcode {
            0x02..=0x04 => TYPES.iter().for_each(|ty| add(opcode, &[*ty])),
            0x0e => {
                [[1, 0, 0], [1, 0, 1], [0, 1, 1]].iter().for_each(|targets| add(opcode, targets))
            }
            0x11 | 0x13 => (0..27).for_each(|both| add(opcode, &[both / 3, both % 3])),
            0x1c => TYPES.iter().for_each(|ty| add(opcode, &[1, *ty])),
            0x0c | 0x0d | 0x10 | 0x12 | 0x20..=0x26 | 0x3f | 0x40 | 0xd2 => {
                (0..9).for_each(|index| add(opcode, &[index]));
            }
            0x28..=0x3e => {
                (0..5).for_each(|alignment| add(opcode, &[alignment, 1]));
                (0..3).for_each(|memory| add(opcode, &[0x40, memory, 1]));
            }
            0x41 | 0x42 => add(opcode, &[0]),
            0x43 => add(opcode, &[0; 4]),
            0x44 => add(opcode, &[0; 8]),
            0xd0 => TYPES.iter().for_each(|ty| add(opcode, &[*ty])),
            0xfc => {
                for code in 0..24 {
                    match code {
                        9 | 11 | 13 | 15..=18 => {
                            (0..3).for_each(|index| add(opcode, &[code, index]))
                        }
                        8 | 10 | 12 | 14 => {
                            (0..9).for_each(|both| add(opcode, &[code, both / 3, both % 3]))
                        }
                        _ => add(opcode, &[code]),
                    }
                }
            }
            0xfd => (0..if cfg!(feature = "simd") { 0x118 } else { 2_u16 }).for_each(|code| {
                let code = [code as u8 | 0x80, (code >> 7) as u8];
                [&[][..], &[1], &[3, 0], &[3, 0, 1], &[0; 16]]
                    .iter()
                    .for_each(|immediates| add(opcode, &[&code, *immediates].concat()));
            }),
            0xfe => (0..0x50).for_each(|code| {
                add(opcode, &[code, 0]);
                (0..4).for_each(|alignment| add(opcode, &[code, alignment, 1]));
            }),
            _ => add(opcode, &[]),
        }
    }
    all
}

/// All lists of up to so many types.
fn stacks(most: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    let mut begin = 0;
    for _ in 0..most {
        let end = all.len();
        for at in begin..end {
            for ty in 0..PUSHES.len() {
                all.push([&all[at][..], &[ty]].concat());
            }
        }
        begin = end;
    }
    all
}

/// Validates every instruction with every up to three operands, where it is reached and where it is not, and with
/// every type that its result may be of, and returns how many functions that were.
///
/// # Panics
///
/// If another validator disagrees.
pub fn every_instruction() -> usize {
    let (instructions, stacks) = (instructions(), stacks(3));
    let mut count = 0;
    let mut validate = |result: Option<ValType>, parts: &[&[u8]]| {
        count += 1;
        let proposals = Proposals { threads: true, tail_calls: true };
        validate::agrees(&module(result, &[parts.concat()]), proposals)
    };
    for result in [None, Some(ValType::I32)] {
        for before in [&[][..], &[0]] {
            for stack in &stacks {
                let operands: Vec<u8> = stack.iter().flat_map(|ty| PUSHES[*ty]).copied().collect();
                for instruction in &instructions {
                    let is_block = matches!(instruction[0], 0x02..=0x04);
                    let end: &[u8] = if is_block { &[0, 0x0b, 0, 0x0b] } else { &[0, 0x0b] };
                    let start = [&LOCALS, before, &operands, instruction].concat();
                    if validate(result, &[&start, end]) {
                        for ty in 0..PUSHES.len() as u8 {
                            validate(result, &[&start, &[0x21, ty], end]);
                        }
                        validate(result, &[&start, &[0x0b]]);
                    }
                }
            }
        }
    }
    count
}
