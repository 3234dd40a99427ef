//! Modules with very many of one thing.

mod code;
mod control;
mod expressions;
mod parts;
mod sections;
mod snippets;
pub(crate) mod starting;
mod statements;

use code::{carried, locals, operands, parameters, straight, tiny};
use control::{branch_tables, nested};
use fastrand::Rng;
use parts::{Parts, many};
use sections::{data, elements, exports, globals, imports, tables, types};

type Shape = fn(&mut Rng, &mut Parts, usize);

const SHAPES: [(&str, Shape); 18] = [
    ("types", types),
    ("exports", exports),
    ("imports", imports),
    ("globals", globals),
    ("elements", elements),
    ("tables", tables),
    ("data", data),
    ("nested", nested),
    ("branch tables", branch_tables),
    ("locals", locals),
    ("parameters", parameters),
    ("carried", carried),
    ("operands", operands),
    ("tiny functions", tiny),
    ("straight", straight),
    ("repeated", snippets::repeated),
    ("functions", snippets::functions),
    ("many straight", |rng, parts, count| {
        for _ in 0..rng.usize(1..20) {
            straight(rng, parts, 1 + count / 10);
        }
    }),
];

/// A module with very many of one thing, and what that is.
pub(crate) fn module(rng: &mut Rng) -> (&'static str, Vec<u8>) {
    let (name, shape) = SHAPES[rng.usize(..SHAPES.len())];
    let mut parts = Parts::default();
    let count = many(rng);
    shape(rng, &mut parts, count);
    (name, parts.encode())
}
