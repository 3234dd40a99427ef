//! Modules of any size, made from a seed.

use alloc::vec::Vec;

/// Numbers that look random.
pub(super) struct Random(pub(super) u32);

impl Random {
    /// A number below `end`.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % end
    }
}

/// How a guest ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Returns,
    Traps,
    /// It goes on until its fuel is used up.
    Endless,
}

fn leb(mut value: u32, out: &mut Vec<u8>) {
    loop {
        let byte = (value & 0x7F) as u8;
        value >>= 7;
        out.push(if value == 0 { byte } else { byte | 0x80 });
        if value == 0 {
            return;
        }
    }
}

/// A module under way.
struct Module(Vec<u8>);

impl Module {
    fn new() -> Module {
        Module(Vec::from(*b"\0asm\x01\0\0\0"))
    }

    fn section(&mut self, id: u8, content: &[u8]) {
        self.0.push(id);
        leb(content.len() as u32, &mut self.0);
        self.0.extend_from_slice(content);
    }

    /// Its functions, all of the first type and with the same body.
    fn code(&mut self, functions: u32, body: &[u8]) {
        let mut code = Vec::new();
        leb(functions, &mut code);
        for _ in 0..functions {
            leb(body.len() as u32, &mut code);
            code.extend_from_slice(body);
        }
        self.section(10, &code);
    }
}

/// That many of the same.
fn repeated(count: u32, mut item: impl FnMut(u32, &mut Vec<u8>)) -> Vec<u8> {
    let mut all = Vec::new();
    leb(count, &mut all);
    (0..count).for_each(|number| item(number, &mut all));
    all
}

/// A type of functions without parameters, with a number as result.
const TYPE: &[u8] = &[1, 0x60, 0, 1, 0x7F];
/// The export of the first function.
const RUN: &[u8] = b"\x01\x03run\0\0";
/// The body of a function that gives zero.
const ZERO: &[u8] = &[0, 0x41, 0, 0x0B];

/// A module of that many functions, each of that many additions, the first of which is exported as `run`
/// and gives the number of its additions if it returns. It has a memory of one page.
pub(super) fn module(functions: u32, additions: u32, end: End) -> Vec<u8> {
    let mut all = Module::new();
    all.section(1, TYPE);
    all.section(3, &repeated(functions, |_, out| out.push(0)));
    all.section(5, &[1, 1, 1, 1]);
    all.section(7, RUN);
    let mut body = Vec::from([0, 0x41, 0]);
    for _ in 0..additions {
        body.extend([0x41, 1, 0x6A]);
    }
    match end {
        End::Returns => {}
        End::Traps => body.push(0),
        // (loop (br 0))
        End::Endless => body.extend([0x03, 0x40, 0x0C, 0, 0x0B]),
    }
    body.push(0x0B);
    all.code(functions, &body);
    all.0
}

/// A module that exports a function by that many names.
pub(super) fn exports(count: u32) -> Vec<u8> {
    let mut all = Module::new();
    all.section(1, TYPE);
    all.section(3, &[1, 0]);
    let name = |number: u32, out: &mut Vec<u8>| {
        out.push(4);
        out.extend((0..4).map(|digit| b'a' + (number >> (4 * digit) & 15) as u8));
        out.extend([0, 0]);
    };
    all.section(7, &repeated(count, name));
    all.code(1, ZERO);
    all.0
}

/// A module with a table of that many functions.
pub(super) fn table(count: u32) -> Vec<u8> {
    let mut all = Module::new();
    all.section(1, TYPE);
    all.section(3, &[1, 0]);
    let mut table = Vec::from([1, 0x70, 0]);
    leb(count, &mut table);
    all.section(4, &table);
    all.section(7, RUN);
    let mut elements = Vec::from([1, 0, 0x41, 0, 0x0B]);
    elements.extend(repeated(count, |_, out| out.push(0)));
    all.section(9, &elements);
    all.code(1, ZERO);
    all.0
}

/// A module with a branch to one of that many places.
pub(super) fn switch(cases: u32) -> Vec<u8> {
    let mut all = Module::new();
    all.section(1, TYPE);
    all.section(3, &[1, 0]);
    all.section(7, RUN);
    // (block (br_table 0 … (i32.const 0))) (i32.const 0)
    let mut body = Vec::from([0, 0x02, 0x40, 0x41, 0, 0x0E]);
    body.extend(repeated(cases, |_, out| out.push(0)));
    body.extend([0, 0x0B, 0x41, 0, 0x0B]);
    all.code(1, &body);
    all.0
}
