//! The hostile modules that no text says, or only a very long one.

use super::encode::{HEADER, function, leb, module, section, section_of_length, sized, vector};
use vellum_prepare::{Options, prepare_to_vec};

const TYPE: u8 = 1;
const FUNCTION: u8 = 3;
const TABLE: u8 = 4;
const MEMORY: u8 = 5;
const GLOBAL: u8 = 6;
const EXPORT: u8 = 7;
const ELEMENT: u8 = 9;
const CODE: u8 = 10;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

const I32: u8 = 0x7f;
const FUNCREF: u8 = 0x70;
const END: u8 = 0x0b;
const BLOCK: u8 = 0x02;
const LOOP: u8 = 0x03;
const BR_TABLE: u8 = 0x0e;
const TRY_TABLE: u8 = 0x1f;
const I32_CONST: u8 = 0x41;
const RESUME: u8 = 0xe3;
const RESUME_THROW: u8 = 0xe4;
const VOID: u8 = 0x40;

/// The type `() -> ()`.
const PLAIN: [u8; 3] = [0x60, 0, 0];

/// Bytes that look random and are always the same.
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x9e37_79b9_u32;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    })
    .take(length)
}

fn locals(count: u32) -> Vec<u8> {
    function(&[&[1][..], &leb(count), &[I32, END]].concat())
}

/// A branch with `count` targets, all the same.
fn branches(count: u32) -> Vec<u8> {
    let targets = vec![0; count as usize + 1];
    let table = [&[0, BLOCK, VOID, I32_CONST, 0, BR_TABLE][..], &leb(count), &targets].concat();
    function(&[&table[..], &[END, END]].concat())
}

fn nested(depth: usize) -> Vec<u8> {
    let body = [vec![0], [BLOCK, VOID].repeat(depth), vec![END; depth + 1]].concat();
    function(&body)
}

fn functions(count: u32) -> Vec<u8> {
    module(&[
        section(TYPE, &vector(1, &PLAIN)),
        section(FUNCTION, &vector(count, &vec![0; count as usize])),
        section(CODE, &vector(count, &[2, 0, END].repeat(count as usize))),
    ])
}

fn exports(count: u32) -> Vec<u8> {
    let exports: Vec<u8> =
        (0..count).flat_map(|n| [sized(n.to_string().as_bytes()), vec![0, 0]].concat()).collect();
    module(&[
        section(TYPE, &vector(1, &PLAIN)),
        section(FUNCTION, &[1, 0]),
        section(EXPORT, &vector(count, &exports)),
        section(CODE, &[1, 2, 0, END]),
    ])
}

fn parameters(count: u32) -> Vec<u8> {
    let params = vector(count, &vec![I32; count as usize]);
    module(&[section(TYPE, &vector(1, &[&[0x60][..], &params, &[0]].concat()))])
}

/// What begins the contents of the section that a module prepared ahead of time carries.
const STORED: &[u8] = b"\x06vellum\0vpm";

/// A module that was prepared ahead of time, and then changed where `at` of its bytes behind the
/// magic number of the section are.
fn forged(at: usize, byte: u8) -> Vec<u8> {
    let text = r#"(module (memory 1) (data (i32.const 4) "data") (func $start) (start $start))"#;
    let plain = wat::parse_str(text).expect("the text is valid");
    let mut prepared = prepare_to_vec(&plain, &Options::new()).expect("the module is valid");
    let found = prepared.windows(STORED.len()).rposition(|bytes| bytes == STORED);
    let begin = found.expect("what is prepared says so") + STORED.len();
    if let Some(place) = prepared.get_mut(begin + at) {
        *place = byte;
    }
    prepared
}

/// A module that says it has `count` helpers, each of which grows another table.
fn helpers(count: u32) -> Vec<u8> {
    const TABLE_GROW: u8 = 4 << 2;
    let helpers: Vec<u8> = (0..count).flat_map(|n| [vec![TABLE_GROW], leb(n)].concat()).collect();
    let says = [STORED, &[5, 0, 2, 0], &vector(count, &helpers), &[0]].concat();
    module(&[section(0, &says)])
}

/// An operator of an unsupported proposal, whose list has as many entries as may be.
fn list(operator: &[u8]) -> Vec<u8> {
    const ENTRIES: u32 = 10_000;
    const CATCH_ALL: [u8; 2] = [2, 0];
    const SWITCH: [u8; 2] = [1, 0];
    let entry = if operator[0] == TRY_TABLE { CATCH_ALL } else { SWITCH };
    [operator.to_vec(), vector(ENTRIES, &entry.repeat(ENTRIES as usize))].concat()
}

fn list_in_body(operator: &[u8]) -> Vec<u8> {
    function(&[&[0][..], &list(operator), &[END, END]].concat())
}

/// A constant expression of that.
fn list_as_value(operator: &[u8]) -> Vec<u8> {
    [list(operator), vec![END, END]].concat()
}

/// All of them, by the name of their file.
pub(super) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let plain = functions(1);
    vec![
        ("empty.wasm", Vec::new()),
        ("header-half.wasm", HEADER[..6].to_vec()),
        ("version.wasm", b"\0asm\x02\0\0\0".to_vec()),
        ("component.wasm", b"\0asm\x0d\0\x01\0".to_vec()),
        ("truncated.wasm", plain[..plain.len() - 2].to_vec()),
        ("noise.wasm", noise(2000).collect()),
        ("noise-behind-header.wasm", HEADER.iter().copied().chain(noise(2000)).collect()),
        ("section-too-long.wasm", module(&[section_of_length(TYPE, 100, &[1, 0x60, 0, 0])])),
        ("section-huge.wasm", module(&[section_of_length(TYPE, u32::MAX, &[1, 0x60, 0, 0])])),
        ("section-too-short.wasm", module(&[section_of_length(TYPE, 2, &[1, 0x60, 0, 0])])),
        ("section-unknown.wasm", module(&[section(77, &[])])),
        ("section-twice.wasm", module(&[section(TYPE, &[0]), section(TYPE, &[0])])),
        ("section-order.wasm", module(&[section(MEMORY, &[0]), section(TYPE, &[0])])),
        ("count-huge.wasm", module(&[section(TYPE, &vector(u32::MAX, &PLAIN))])),
        ("memories-huge.wasm", module(&[section(MEMORY, &vector(u32::MAX, &[0, 1]))])),
        ("memories-101.wasm", module(&[section(MEMORY, &vector(101, &[0, 0].repeat(101)))])),
        (
            "bodies-missing.wasm",
            module(&[
                section(TYPE, &vector(1, &PLAIN)),
                section(FUNCTION, &[2, 0, 0]),
                section(CODE, &[1, 2, 0, END]),
            ]),
        ),
        (
            "body-too-long.wasm",
            module(&[
                section(TYPE, &vector(1, &PLAIN)),
                section(FUNCTION, &[1, 0]),
                section(CODE, &[1, 200, 1, 0, END]),
            ]),
        ),
        ("loop-behind-end.wasm", function(&[0, END, LOOP, VOID, END])),
        (
            "data-count-lies.wasm",
            module(&[
                section(MEMORY, &[1, 0, 1]),
                section(DATA_COUNT, &leb(u32::MAX)),
                section(DATA, &[1, 0, I32_CONST, 0, END, 0]),
            ]),
        ),
        (
            "data-too-long.wasm",
            module(&[
                section(MEMORY, &[1, 0, 1]),
                section(DATA, &[1, 0, I32_CONST, 0, END, 100, 1, 2, 3]),
            ]),
        ),
        ("name-too-long.wasm", module(&[section(EXPORT, &[1, 100, b'n', 0, 0])])),
        (
            "name-not-utf8.wasm",
            module(&[section(MEMORY, &[1, 0, 1]), section(EXPORT, &[1, 2, 0xff, 0xfe, 2, 0])]),
        ),
        ("start-missing.wasm", module(&[section(8, &leb(u32::MAX))])),
        ("locals-50000.wasm", locals(50_000)),
        ("locals-huge.wasm", locals(u32::MAX)),
        ("branches-60000.wasm", branches(60_000)),
        ("nested-10000.wasm", nested(10_000)),
        ("list-catches.wasm", list_in_body(&[TRY_TABLE, VOID])),
        ("list-handlers.wasm", list_in_body(&[RESUME, 0])),
        ("list-handlers-throw.wasm", list_in_body(&[RESUME_THROW, 0, 0])),
        (
            "list-in-global.wasm",
            module(&[section(
                GLOBAL,
                &vector(1, &[&[I32, 0][..], &list_as_value(&[TRY_TABLE, VOID])].concat()),
            )]),
        ),
        (
            "list-in-table.wasm",
            module(&[section(
                TABLE,
                &vector(
                    1,
                    &[&[VOID, 0, FUNCREF, 0, 1][..], &list_as_value(&[TRY_TABLE, VOID])].concat(),
                ),
            )]),
        ),
        (
            "list-in-element.wasm",
            module(&[section(
                ELEMENT,
                &vector(1, &[&[5, FUNCREF, 1][..], &list_as_value(&[RESUME, 0])].concat()),
            )]),
        ),
        (
            "list-in-data.wasm",
            module(&[
                section(MEMORY, &[1, 0, 1]),
                section(
                    DATA,
                    &vector(1, &[&[0][..], &list_as_value(&[TRY_TABLE, VOID]), &[0]].concat()),
                ),
            ]),
        ),
        ("functions-20000.wasm", functions(20_000)),
        ("exports-10000.wasm", exports(10_000)),
        ("parameters-1001.wasm", parameters(1001)),
        ("forged-name.wasm", module(&[section(0, &sized(b"vellum"))])),
        ("forged-empty.wasm", module(&[section(0, STORED)])),
        ("forged-version.wasm", forged(0, 1)),
        ("forged-number.wasm", forged(1, 9)),
        ("forged-start.wasm", forged(2, 2)),
        ("forged-memories.wasm", forged(3, 100)),
        ("forged-memory.wasm", forged(4, 1)),
        ("forged-helpers.wasm", forged(5, 100)),
        ("forged-helpers-20000.wasm", helpers(20_000)),
        ("forged-data.wasm", forged(6, 100)),
        ("forged-segment.wasm", forged(11, 100)),
    ]
}
