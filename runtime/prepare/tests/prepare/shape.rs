//! What the code looks like.

use crate::modules::{MODULES, validate, wasm};
use std::borrow::Cow;
use vellum_prepare::{Active, Helper, Offset, Options, prepare};
use wasmparser::{DataKind, Parser, Payload, TypeRef};

/// The sections of a module in order, as text that a test can compare.
fn describe(module: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.expect("the module is well-formed") {
            Payload::ImportSection(imports) => lines.extend(imports.into_iter().map(|import| {
                let import = import.expect("an import");
                let (module, name) = (import.module, import.name);
                match import.ty {
                    TypeRef::Memory(ty) => format!(
                        "import {module}.{name} memory {} {:?} shared={} i64={} {:?}",
                        ty.initial, ty.maximum, ty.shared, ty.memory64, ty.page_size_log2
                    ),
                    _ => format!("import {module}.{name}"),
                }
            })),
            Payload::GlobalSection(globals) => lines.extend(globals.into_iter().map(|global| {
                let global = global.expect("a global");
                let ty = global.ty;
                let operators: Vec<_> = global
                    .init_expr
                    .get_operators_reader()
                    .into_iter()
                    .map(|operator| format!("{:?}", operator.expect("an operator")))
                    .collect();
                format!("global {:?} {} {}", ty.content_type, ty.mutable, operators.join(" "))
            })),
            Payload::ExportSection(exports) => lines.extend(exports.into_iter().map(|export| {
                let export = export.expect("an export");
                format!("export {} {:?} {}", export.name, export.kind, export.index)
            })),
            Payload::DataSection(data) => lines.extend(data.into_iter().map(|data| {
                let data = data.expect("a segment");
                match data.kind {
                    DataKind::Passive => format!("passive {:?}", data.data),
                    DataKind::Active { memory_index, .. } => format!("active {memory_index}"),
                }
            })),
            Payload::CustomSection(custom) => lines.push(format!("custom {}", custom.name())),
            Payload::MemorySection(_) => lines.push("memories".into()),
            Payload::StartSection { .. } => lines.push("start".into()),
            Payload::DataCountSection { count, .. } => lines.push(format!("data count {count}")),
            Payload::CodeSectionStart { count, .. } => lines.push(format!("code {count}")),
            _ => {}
        }
    }
    lines
}

#[test]
fn valid_modules_stay_valid() {
    for text in MODULES {
        let module = wasm(text);
        assert_eq!(validate(&module), Ok(()), "{text}");
        let prepared =
            prepare(&module, &Options::new()).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(validate(&prepared.code), Ok(()), "{text}");
    }
}

#[test]
fn everything_is_appended() {
    let module = wasm(
        r#"(module
            (import "env" "base" (global $base i32))
            (import "env" "memory" (memory $imported 1 2 shared))
            (memory $own 3)
            (memory $wide i64 1 4 (pagesize 1))
            (global i32 (i32.const 9))
            (export "own" (memory $own))
            (data (memory $own) (i32.const 8) "constant")
            (data $passive "ab")
            (data (memory $imported) (offset (global.get $base)) "computed")
            (data (memory $wide) (offset (i64.add (i64.const 1) (i64.const 2))) "wide")
            (func (memory.init $own $passive (i32.const 0) (i32.const 0) (i32.const 1)))
            (func $start)
            (start $start)
            (@custom "name-like" "dropped"))"#,
    );
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    assert_eq!(
        describe(&prepared.code),
        [
            "import env.base",
            "import env.memory memory 1 Some(2) shared=false i64=false None",
            "import vellum.1 memory 3 None shared=false i64=false None",
            "import vellum.2 memory 1 Some(4) shared=false i64=true Some(0)",
            "global I32 false I32Const { value: 9 } End",
            "global I32 false GlobalGet { global_index: 0 } End",
            "global I64 false I64Const { value: 1 } I64Const { value: 2 } I64Add End",
            "export own Memory 1",
            "export vellum:0:start Func 1",
            "export vellum:0:0 Global 2",
            "export vellum:0:1 Global 3",
            "export vellum:0:host Table 0",
            "code 2",
        ]
    );
    assert!(prepared.start);
    assert_eq!(&*prepared.names.start(), "vellum:0:start");

    let memories = &prepared.memories;
    assert_eq!(
        memories.iter().map(|memory| memory.imported).collect::<Vec<_>>(),
        [true, false, false]
    );
    assert!(memories[0].ty.is_shared());
    assert_eq!(memories[0].ty.maximum(), Some(2));
    assert!(!memories[1].ty.is_shared());
    assert_eq!((memories[1].ty.minimum(), memories[1].ty.maximum()), (3, None));
    assert!(memories[2].ty.is_64());
    assert_eq!(memories[2].ty.page_size(), 1);

    let data: Vec<_> =
        prepared.data.iter().map(|data| (data.active, &module[data.bytes.clone()])).collect();
    let active = |memory, offset| Some(Active { memory, offset });
    assert_eq!(
        data,
        [
            (active(1, Offset::Const(8)), &b"constant"[..]),
            (None, b"ab"),
            (active(0, Offset::Global(0)), b"computed"),
            (active(2, Offset::Global(1)), b"wide"),
        ]
    );
    assert_eq!(prepared.helpers, [Helper::MemoryInit { wide: false }]);
}

#[test]
fn sections_that_did_not_exist_take_their_place() {
    let module = wasm(
        r#"(module (memory i64 1) (func $f) (start $f) (table 1 funcref) (elem (i32.const 0) $f)
            (data (offset (i64.mul (i64.const 2) (i64.const 3))) "x"))"#,
    );
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    assert_eq!(
        describe(&prepared.code),
        [
            "import vellum.0 memory 1 None shared=false i64=true None",
            "global I64 false I64Const { value: 2 } I64Const { value: 3 } I64Mul End",
            "export vellum:0:start Func 0",
            "export vellum:0:0 Global 0",
            "code 1",
        ]
    );
    assert_eq!(validate(&prepared.code), Ok(()));
}

#[test]
fn nothing_to_change_is_borrowed() {
    for text in [
        "(module)",
        r#"(module (func (export "f")) (@custom "x" "y"))"#,
        r#"(module (import "m" "n" (memory 1)) (global i32 (i32.const 1)))"#,
    ] {
        let module = wasm(text);
        let prepared = prepare(&module, &Options::new()).expect("a valid module");
        assert!(matches!(prepared.code, Cow::Borrowed(code) if code == module), "{text}");
        assert!(!prepared.start);
        assert_eq!(prepared.data, []);
    }
}

#[test]
fn offsets_are_unsigned() {
    let module = wasm(
        r#"(module (memory 1) (memory i64 1)
            (data (memory 0) (i32.const -1) "") (data (memory 1) (i64.const -1) ""))"#,
    );
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    let offsets: Vec<_> = prepared.data.iter().map(|data| Some(data.active?.offset)).collect();
    assert_eq!(offsets, [0xffff_ffff, u64::MAX].map(|offset| Some(Offset::Const(offset))));
}

/// Exports with the given names of one function.
fn exporting(names: &[&str]) -> Vec<u8> {
    let exports: String = names.iter().map(|name| format!(r#"(export "{name}")"#)).collect();
    wasm(&format!("(module (func $f {exports}) (start $f))"))
}

#[test]
fn names_avoid_the_guests_own() {
    for names in [
        &["run"][..],
        &["vellum:0:start"],
        &["vellum:0:"],
        &["vellum:1:start"],
        &["vellum:0:start", "vellum:1:x", "vellum:3:x"],
        &["vellum:0:a", "vellum:0:b", "vellum:0:c"],
        &["vellum:4294967295:start", "vellum:0:start"],
        &["vellum:", "vellum:0", "vellum::start", "vellum:x:start"],
    ] {
        let module = exporting(names);
        let prepared = prepare(&module, &Options::new()).expect("a valid module");
        let start = prepared.names.start();
        assert!(prepared.names.contains(&start));
        assert!(prepared.names.contains(&prepared.names.offset(7)));
        assert!(names.iter().all(|name| !prepared.names.contains(name)), "{names:?}");
        assert_eq!(validate(&prepared.code), Ok(()));
        assert!(describe(&prepared.code).contains(&format!("export {start} Func 0")));
    }
}

#[test]
fn every_crowd_of_names_leaves_one_free() {
    for crowd in 0..70 {
        let names: Vec<_> = (0..crowd).map(|number| format!("vellum:{number}:start")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let module = exporting(&names);
        let prepared = prepare(&module, &Options::new()).expect("a valid module");
        assert_eq!(&*prepared.names.start(), format!("vellum:{crowd}:start"));
    }
}

/// The type section and the code section.
fn types_and_code(module: &[u8]) -> [&[u8]; 2] {
    let mut found: [&[u8]; 2] = [&[]; 2];
    for payload in Parser::new(0).parse_all(module) {
        match payload.expect("the module is well-formed") {
            Payload::TypeSection(types) => found[0] = &module[types.range()],
            Payload::CodeSectionStart { range, .. } => found[1] = &module[range],
            _ => {}
        }
    }
    found
}

#[test]
fn data_is_left_out_even_where_it_is_nothing() {
    let module =
        wasm(r#"(module (import "m" "n" (memory 1)) (data "") (data "") (func data.drop 0))"#);
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    let code = describe(&prepared.code);
    assert!(!code.iter().any(|line| line.starts_with("data") || line.starts_with("passive")));
    assert!(prepared.data.iter().all(|data| data.bytes.is_empty()));
    assert_eq!((prepared.data.len(), prepared.sizes.data_segments), (2, 2));
}

#[test]
fn passive_data_is_kept_out_too() {
    let module = wasm(
        r#"(module (import "m" "n" (memory i64 1)) (import "m" "o" (memory 1)) (data "abc")
            (func (memory.init 0 0 (i64.const 1) (i32.const 2) (i32.const 3))
                (data.drop 0) (memory.init 1 0 (i32.const 1) (i32.const 2) (i32.const 3))))"#,
    );
    let prepared = prepare(&module, &Options::new()).expect("a valid module");
    let expected = wasm(
        r#"(module (type (func)) (type (func (param i64 i32 i32 i32 i32))) (type (func (param i32)))
            (type (func (param i32 i32 i32 i32 i32)))
            (func
                i64.const 1 i32.const 2 i32.const 3 i32.const 0 i32.const 0
                i32.const 0 call_indirect (type 1)
                i32.const 0 i32.const 1 call_indirect (type 2)
                i32.const 1 i32.const 2 i32.const 3 i32.const 0 i32.const 1
                i32.const 2 call_indirect (type 3))
            (table 3 3 funcref))"#,
    );
    assert_eq!(types_and_code(&prepared.code), types_and_code(&expected));
    let wide = Helper::MemoryInit { wide: true };
    let helpers = [wide, Helper::DataDrop, Helper::MemoryInit { wide: false }];
    assert_eq!(prepared.helpers, helpers);
    assert_eq!(prepared.data[0].active, None);
    assert_eq!(&module[prepared.data[0].bytes.clone()], b"abc");
}
