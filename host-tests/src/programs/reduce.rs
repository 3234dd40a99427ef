//! Makes a program smaller for as long as the difference stays.

use super::compare::{Difference, Reference};
use super::program::Program;
use std::ops::Range;
use std::time::{Duration, Instant};
use wasm_encoder::{CodeSection, Module, RawSection};
use wasmparser::{FunctionBody, Parser, Payload, Validator};

/// How long it may take.
const TIME: Duration = Duration::from_secs(60);

/// What may take the place of instructions.
const REPLACEMENTS: [&[u8]; 9] = [
    &[],
    // drop
    &[0x1a],
    &[0x1a, 0x1a],
    // i32.const 1, i64.const 1, f32.const 0, f64.const 0
    &[0x41, 1],
    &[0x42, 1],
    &[0x43, 0, 0, 0, 0],
    &[0x44, 0, 0, 0, 0, 0, 0, 0, 0],
    // unreachable
    &[0x00],
    &[0x1a, 0x41, 1],
];

/// A body in parts: what declares its locals, and its instructions.
type Parts = Vec<Vec<u8>>;

fn parts(body: &FunctionBody<'_>, module: &[u8]) -> Option<Parts> {
    let mut operators = body.get_operators_reader().ok()?;
    let mut places = vec![body.range().start];
    while !operators.eof() {
        places.push(operators.original_position());
        operators.read().ok()?;
    }
    places.push(body.range().end);
    Some(
        places
            .windows(2)
            .map(|place| module[place[0] as usize..place[1] as usize].to_vec())
            .collect(),
    )
}

fn bodies(module: &[u8]) -> Option<Vec<Parts>> {
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Ok(Payload::CodeSectionEntry(body)) = payload {
            bodies.push(parts(&body, module)?);
        }
    }
    Some(bodies)
}

/// The module with other bodies.
fn with_bodies(module: &[u8], bodies: &[Parts]) -> Option<Vec<u8>> {
    let mut changed = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.ok()?;
        if let Payload::CodeSectionStart { .. } = payload {
            let mut code = CodeSection::new();
            for body in bodies {
                code.raw(&body.concat());
            }
            changed.section(&code);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &module[range.start as usize..range.end as usize];
            changed.section(&RawSection { id, data });
        }
    }
    let changed = changed.finish();
    Validator::new_with_features(super::features()).validate_all(&changed).ok()?;
    Some(changed)
}

/// The search for a smaller program.
struct Search<'a> {
    reference: &'a Reference,
    until: Instant,
    program: Program,
    difference: Difference,
}

impl Search<'_> {
    /// Takes the program if it still differs.
    fn accept(&mut self, program: Program) -> bool {
        let Err(difference) = self.reference.compare(&program, &[self.difference.setup]) else {
            return false;
        };
        (self.program, self.difference) = (program, difference);
        true
    }

    fn over(&self) -> bool {
        Instant::now() > self.until
    }

    fn calls(&mut self) {
        let Some(last) = self.difference.call else {
            self.program.calls.clear();
            return;
        };
        let mut program = self.program.clone();
        program.calls = vec![program.calls[last].clone()];
        if self.accept(program) {
            return;
        }
        self.program.calls.truncate(last + 1);
        for n in (0..last).rev() {
            let mut program = self.program.clone();
            program.calls.remove(n);
            self.accept(program);
        }
    }

    fn replace(&mut self, module: usize, body: usize, range: Range<usize>, with: &[u8]) -> bool {
        let old = &self.program.modules[module];
        let Some(mut bodies) = bodies(old) else { return false };
        let before = bodies[body][range.clone()].concat();
        if before.len() <= with.len() {
            return false;
        }
        bodies[body].splice(range, [with.to_vec()]);
        let Some(changed) = with_bodies(old, &bodies) else { return false };
        let mut program = self.program.clone();
        program.modules[module] = changed;
        self.accept(program)
    }

    fn body(&mut self, module: usize, body: usize) -> bool {
        let length = |search: &Self| {
            bodies(&search.program.modules[module]).map_or(0, |bodies| bodies[body].len())
        };
        let mut any = false;
        let mut size = length(self).saturating_sub(2);
        while size > 0 && !self.over() {
            let mut at = 1;
            while at + size < length(self) && !self.over() {
                let smaller =
                    REPLACEMENTS.iter().any(|with| self.replace(module, body, at..at + size, with));
                any |= smaller;
                at += usize::from(!smaller);
            }
            size = if size > 12 { size / 2 } else { size - 1 };
        }
        any
    }
}

/// A smaller program that differs, perhaps elsewhere.
pub fn reduce(
    reference: &Reference,
    program: Program,
    difference: Difference,
) -> (Program, Difference) {
    let until = Instant::now() + TIME;
    let mut search = Search { reference, until, program, difference };
    search.calls();
    let mut smaller = true;
    while smaller && !search.over() {
        smaller = false;
        for module in 0..search.program.modules.len() {
            let count = bodies(&search.program.modules[module]).map_or(0, |bodies| bodies.len());
            for body in 0..count {
                smaller |= search.body(module, body);
            }
        }
        search.calls();
    }
    (search.program, search.difference)
}
