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

fn section(id: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(id);
    leb(content.len() as u32, out);
    out.extend_from_slice(content);
}

/// A module of that many functions, each of that many additions, the first of which is exported as `run`
/// and gives the number of its additions if it returns. It has a memory of one page.
pub(super) fn module(functions: u32, additions: u32, end: End) -> Vec<u8> {
    let mut all = Vec::from(*b"\0asm\x01\0\0\0");
    section(1, &[1, 0x60, 0, 1, 0x7F], &mut all);
    let mut indices = Vec::new();
    leb(functions, &mut indices);
    indices.extend((0..functions).map(|_| 0));
    section(3, &indices, &mut all);
    section(5, &[1, 1, 1, 1], &mut all);
    section(7, b"\x01\x03run\0\0", &mut all);
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
    let mut code = Vec::new();
    leb(functions, &mut code);
    for _ in 0..functions {
        leb(body.len() as u32, &mut code);
        code.extend_from_slice(&body);
    }
    section(10, &code, &mut all);
    all
}
