//! `rig run --coredump`

use super::Modules;
use std::fs;
use wasmparser::{DataKind, KnownCustom, Operator, Parser, Payload};

const MODULE: &str = r#"(module
    (import "env" "print_i32" (func (param i32)))
    (memory $private 1 2)
    (memory (export "bytes") 200 200 (pagesize 1))
    (global (mut i32) (i32.const 5))
    (global (export "wide") i64 (i64.const -2))
    (global (mut f32) (f32.const 1.5))
    (global (mut funcref) (ref.null func))
    (data (memory $private) (i32.const 0x1234) "private")
    (func $main (export "main")
        (global.set 0 (i32.const -7))
        (i32.store8 1 (i32.const 199) (i32.const 0xab))
        (drop (memory.grow $private (i32.const 1)))
        (call $fail (i32.const 3)))
    (func $fail (param i32) (local i64) unreachable))"#;

/// The value of a constant expression, as bits.
fn constant(mut operators: wasmparser::OperatorsReader<'_>) -> u64 {
    match operators.read().unwrap() {
        Operator::I32Const { value } => value.cast_unsigned().into(),
        Operator::I64Const { value } => value.cast_unsigned(),
        Operator::F32Const { value } => value.bits().into(),
        other => panic!("{other:?}"),
    }
}

/// What is in a dump.
#[derive(Default)]
pub(super) struct Dump {
    pub(super) memories: Vec<(u64, Option<u32>)>,
    pub(super) globals: Vec<u64>,
    pub(super) data: Vec<(u32, u64, Vec<u8>)>,
    pub(super) name: String,
    modules: Vec<String>,
    instances: Vec<(u32, Vec<u32>, Vec<u32>)>,
    pub(super) frames: Vec<(u32, u32)>,
}

pub(super) fn read(bytes: &[u8]) -> Dump {
    let mut dump = Dump::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.unwrap() {
            Payload::MemorySection(memories) => {
                let memories = memories.into_iter().map(Result::unwrap);
                dump.memories = memories.map(|it| (it.initial, it.page_size_log2)).collect();
            }
            Payload::GlobalSection(globals) => {
                let globals = globals.into_iter().map(Result::unwrap);
                let bits = globals.map(|it| constant(it.init_expr.get_operators_reader()));
                dump.globals = bits.collect();
            }
            Payload::DataSection(data) => {
                for segment in data.into_iter().map(Result::unwrap) {
                    let DataKind::Active { memory_index, offset_expr } = segment.kind else {
                        panic!("passive data")
                    };
                    let start = constant(offset_expr.get_operators_reader());
                    dump.data.push((memory_index, start, segment.data.to_vec()));
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::CoreDump(core) => dump.name = core.name.to_owned(),
                KnownCustom::CoreDumpModules(modules) => {
                    dump.modules = modules.modules.iter().map(|it| (*it).to_owned()).collect();
                }
                KnownCustom::CoreDumpInstances(instances) => {
                    for it in instances.instances {
                        dump.instances.push((it.module_index, it.memories, it.globals));
                    }
                }
                KnownCustom::CoreDumpStack(stack) => {
                    assert_eq!(stack.name, "main");
                    let frames = stack.frames.iter().map(|it| (it.funcidx, it.codeoffset));
                    dump.frames = frames.collect();
                }
                _ => panic!("another section: {}", section.name()),
            },
            _ => {}
        }
    }
    dump
}

#[test]
fn a_dump_holds_what_the_guest_left() {
    let modules = Modules::shown();
    let file = modules.file("core", "");
    let ran = modules.run(MODULE, &["--coredump", &file, "--invoke", "main"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("test.wat!fail\n"), "{ran:?}");
    let bytes = fs::read(&file).unwrap();
    let dump = read(&bytes);
    assert_eq!((dump.name.as_str(), dump.modules), ("test.wat", vec!["test.wat".to_owned()]));
    assert_eq!(dump.memories, [(2, None), (200, Some(0))]);
    let minus = |value: i64| value.cast_unsigned();
    let float = u64::from(1.5_f32.to_bits());
    assert_eq!(dump.globals, [u64::from((-7_i32).cast_unsigned()), minus(-2), float, 0]);
    assert_eq!(dump.instances, [(0, vec![0, 1], vec![0, 1, 2, 3])]);
    // The declaration of a local takes three bytes.
    assert_eq!(dump.frames.iter().map(|it| it.0).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(dump.frames[0].1, 3);
    let has = |memory: u32, at: u64, expected: &[u8]| {
        dump.data.iter().any(|(index, start, bytes)| {
            let Some(skipped) = at.checked_sub(*start) else { return false };
            let found = bytes.get(skipped as usize..).unwrap_or_default();
            *index == memory && found.starts_with(expected)
        })
    };
    assert!(has(0, 0x1234, b"private") && has(1, 199, &[0xab]), "{:?}", dump.data);
    assert!(!has(1, 0, &[0]), "zeros are left out: {:?}", dump.data);
}

#[test]
fn a_guest_that_does_not_fail_leaves_none() {
    let modules = Modules::shown();
    let file = modules.file("core", "as it was");
    let ran =
        modules.run(r#"(module (func (export "f")))"#, &["--coredump", &file, "--invoke", "f"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "as it was");
}
