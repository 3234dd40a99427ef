//! A module that says it was prepared, and has all helpers to call with any arguments.

use std::fmt::Write;
use vellum_prepare::{Helper, ReferenceType, ValueType};

/// Every helper for memories and tables of 32 bits, and how it is stored.
const HELPERS: [(&[u8], Helper); 15] = [
    (&[0], Helper::Wait32 { wide: false }),
    (&[1 << 2], Helper::Wait64 { wide: false }),
    (&[2 << 2], Helper::Notify { wide: false }),
    (&[3 << 2], Helper::Unaligned),
    (&[4 << 2, 0], Helper::TableGrow { table: 0, wide: false, ty: ReferenceType::FuncRef }),
    (&[5 << 2], Helper::MemoryInit { wide: false }),
    (&[6 << 2], Helper::DataDrop),
    (&[7 << 2], Helper::Load { wide: false }),
    (&[8 << 2], Helper::Store { wide: false }),
    (&[9 << 2], Helper::Rmw { wide: false }),
    (&[10 << 2], Helper::CompareExchange { wide: false }),
    (&[11 << 2], Helper::Size { wide: false }),
    (&[12 << 2], Helper::Grow { wide: false }),
    (&[13 << 2], Helper::Fill { wide: false }),
    (&[14 << 2], Helper::Copy { to_wide: false, from_wide: false }),
];

/// The slot of the helper that is called when an access is misaligned.
pub(crate) const UNALIGNED: usize = 3;

/// The name of the export that calls a helper, and the types of what the export takes: all but
/// references.
pub(crate) fn exports() -> impl Iterator<Item = (String, Vec<ValueType>)> {
    HELPERS.iter().enumerate().map(|(slot, (_, helper))| {
        let integers = helper.params().iter().copied().filter(|ty| *ty != ValueType::FuncRef);
        (format!("helper{slot}"), integers.collect())
    })
}

fn name(ty: ValueType) -> &'static str {
    match ty {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
        ValueType::FuncRef => "funcref",
        ValueType::ExternRef => "externref",
    }
}

fn signature(params: &[ValueType], results: &[ValueType]) -> String {
    let names =
        |types: &[ValueType]| types.iter().map(|ty| name(*ty)).collect::<Vec<_>>().join(" ");
    format!("(param {}) (result {})", names(params), names(results))
}

/// The function that calls the helper of that slot, whose appended type is of that name.
fn caller(slot: usize, helper: Helper, ty: &str) -> String {
    let mut body = String::new();
    let mut params = Vec::new();
    for ty in helper.params() {
        if *ty == ValueType::FuncRef {
            body += "ref.null func ";
        } else {
            write!(body, "local.get {} ", params.len()).expect("it is a string");
            params.push(*ty);
        }
    }
    format!(
        r#"(func (export "helper{slot}") {} {body} i32.const {slot} call_indirect $host (type {ty}))"#,
        signature(&params, helper.results())
    )
}

/// The module. It imports a locked memory `env.memory` of 0 to 3 pages and defines one of 1 to 2.
pub(crate) fn module() -> Vec<u8> {
    let mut types: Vec<String> = Vec::new();
    let mut functions = String::new();
    for (slot, (_, helper)) in HELPERS.iter().enumerate() {
        let ty = signature(helper.params(), helper.results());
        let index = types.iter().position(|other| *other == ty).unwrap_or_else(|| {
            types.push(ty);
            types.len() - 1
        });
        functions += &caller(slot, *helper, &format!("$appended{index}"));
    }
    // The functions themselves are of types that come first.
    let mut text = "(module (type (func (param i32) (result i32)))".to_owned();
    for ty in &types {
        write!(text, "(type (func {ty}))").expect("it is a string");
    }
    for (index, ty) in types.iter().enumerate() {
        write!(text, "(type $appended{index} (func {ty}))").expect("it is a string");
    }
    let slots = HELPERS.len();
    text += &format!(
        r#"(import "env" "memory" (memory 0 3)) (import "vellum" "1" (memory 1 2))
        (table 1 20 funcref) (table $host {slots} {slots} funcref)
        {functions}
        (export "vellum:0:host" (table $host)) (export "vellum:0:table0" (table 0)))"#
    );
    let mut module = wat::parse_str(text).expect("the text is valid");
    module.extend(section());
    module
}

/// What the module says of itself.
fn section() -> Vec<u8> {
    const VERSION: u8 = 5;
    const THREADS: u8 = 2;
    const LOCKED_SHARED_IMPORT: u8 = 7;
    const SHARED: u8 = 2;
    let helpers: Vec<u8> = HELPERS.iter().flat_map(|(code, _)| *code).copied().collect();
    let says = [
        &b"\x06vellum\0vpm"[..],
        &[VERSION, 0, THREADS, 2, LOCKED_SHARED_IMPORT, 1, SHARED, HELPERS.len() as u8],
        &helpers,
        // A passive segment, and one that is copied to memory 1.
        &[2, 1, 3, b'a', b'b', b'c', 2, 1, 0x41, 0, 0x0b, 1, b'z'],
    ]
    .concat();
    [&[0, says.len() as u8], &says[..]].concat()
}
