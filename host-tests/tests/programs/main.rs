//! Random programs are valid, the same for a seed, and have what they are made for; the command that
//! runs them says what it is asked.

use std::collections::BTreeSet;
use std::process::{Command, Output};
use vellum_host_tests::programs::{Case, Value};
use wasmparser::{MemArgTarget, Operator, Parser, Payload};

fn programs(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_programs"));
    command.args(words).output().expect("it runs")
}

fn cases(seeds: std::ops::Range<u64>) -> impl Iterator<Item = Case> {
    seeds.filter_map(Case::of)
}

#[test]
fn a_seed_says_the_whole_program() {
    for (one, other) in cases(0..100).zip(cases(0..100)) {
        assert_eq!(one.program.modules, other.program.modules);
        assert_eq!(format!("{:?}", one.program.calls), format!("{:?}", other.program.calls));
        assert_eq!(one.setups, other.setups);
    }
    let [one, other] = [1, 2].map(|seed| Case::of(seed).expect("there is a program"));
    assert_ne!(one.program.modules, other.program.modules);
}

/// The memory that the interpreter treats specially.
const FIRST: MemArgTarget = MemArgTarget::Memory(0);

/// The name of an operator that the test needs.
fn name(operator: &Operator<'_>) -> Option<&'static str> {
    Some(match operator {
        Operator::Call { .. } => "call",
        Operator::CallIndirect { .. } => "call_indirect",
        Operator::ReturnCall { .. } => "return_call",
        Operator::ReturnCallIndirect { .. } => "return_call_indirect",
        Operator::BrTable { .. } => "br_table",
        Operator::Select => "select",
        Operator::TypedSelect { .. } => "typed select",
        Operator::LocalTee { .. } => "local.tee",
        Operator::MemoryGrow { .. } => "memory.grow",
        Operator::MemoryCopy { .. } => "memory.copy",
        Operator::MemoryInit { .. } => "memory.init",
        Operator::TableGrow { .. } => "table.grow",
        Operator::RefIsNull => "ref.is_null",
        Operator::I32Store { memarg } if memarg.target != FIRST => "a store in another memory",
        Operator::I32Store { memarg } if memarg.offset > 65_535 => "a store far away",
        Operator::Block { blockty: wasmparser::BlockType::FuncType(_) } => "block with a type",
        Operator::Loop { blockty: wasmparser::BlockType::FuncType(_) } => "loop with a type",
        Operator::If { blockty: wasmparser::BlockType::FuncType(_) } => "if with a type",
        _ => return None,
    })
}

#[test]
fn programs_have_what_the_translator_treats_specially() {
    let mut found = BTreeSet::new();
    let mut two = false;
    for case in cases(0..300) {
        two |= case.program.modules.len() == 2;
        for module in &case.program.modules {
            for payload in Parser::new(0).parse_all(module) {
                let Payload::CodeSectionEntry(body) = payload.expect("it is a module") else {
                    continue;
                };
                let operators = body.get_operators_reader().expect("it is a body");
                let operators = operators.into_iter().map(|operator| operator.expect("it is one"));
                found.extend(operators.filter_map(|operator| name(&operator)));
            }
        }
    }
    assert!(two, "some programs have two modules");
    assert_eq!(found.len(), 18, "{found:?}");
}

#[test]
fn only_nans_agree_that_are_not_the_same() {
    let nans = [0x7fc0_0000, 0xffc0_0001].map(Value::F32);
    assert!(nans[0].agrees(nans[1]));
    assert!(!nans[0].agrees(Value::F32(0)));
    assert!(!Value::F64(0).agrees(Value::F64(1 << 63)), "zeros have a sign");
    assert!(!Value::I32(0x7fc0_0000).agrees(Value::I32(0xffc0_0001)), "integers are no NaNs");
    assert!(Value::F64(0x7ff8 << 48).agrees(Value::F64(0xfff8 << 48)));
    assert!(!Value::I32(1).agrees(Value::I64(1)));
}

#[test]
fn the_command_compares_and_counts() {
    let output = programs(&["--seed", "5", "--calls", "300"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.trim_end().ends_with(": 0 differences"), "{text}");
}

#[test]
fn the_command_refuses_what_it_does_not_know() {
    let wrong: [&[&str]; 5] = [
        &["--sed", "5"],
        &["5"],
        &["--seed"],
        &["--seed", "five"],
        &["--calls", "1", "--seconds", "1"],
    ];
    for words in wrong {
        let output = programs(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("usage: programs"));
    }
}
