//! Programs of real modules: those of the official suite and of the scenarios.

use super::program::{Call, Program};
use super::value::Value;
use crate::bound::corpus;
use crate::suite::{files, translate};
use fastrand::Rng;
use std::{collections::HashSet, fs, path::Path};
use vellum_scenarios::script::{Action, Argument, Directive};
use wasmparser::{Parser, Payload, Validator};

/// Calls of each function, with random arguments.
const CALLS: usize = 2;

/// Whether a module can be run by both: it is valid, and the memory that it asks for is not shared.
fn can_run(module: &[u8]) -> bool {
    let known = Validator::new_with_features(super::features()).validate_all(module).is_ok();
    // Larger tables take long to compare.
    let small = Parser::new(0).parse_all(module).all(|payload| match payload {
        Ok(Payload::TableSection(tables)) => {
            tables.into_iter().flatten().all(|table| table.ty.initial < 10_000)
        }
        _ => true,
    });
    known && small
}

fn value(argument: Argument) -> Value {
    match argument {
        Argument::I32(value) => Value::I32(value.cast_unsigned()),
        Argument::I64(value) => Value::I64(value.cast_unsigned()),
        Argument::F32(bits) => Value::F32(bits),
        Argument::F64(bits) => Value::F64(bits),
        Argument::V128(bits) => Value::V128(bits),
        Argument::Null(vellum_scenarios::script::Reference::Func) => Value::Func(true),
        Argument::Null(_) | Argument::Extern(_) => Value::Extern(true),
    }
}

/// The call of the last instance that was made.
fn call(directive: &Directive) -> Option<Call> {
    let action = match directive {
        Directive::Action(action) | Directive::Return(action, _) | Directive::Trap(action, _) => {
            action
        }
        _ => return None,
    };
    let Action::Invoke { instance: None, name, arguments } = action else { return None };
    let arguments = arguments.iter().copied().map(value).collect();
    Some(Call { instance: 0, function: name.clone(), arguments })
}

/// The scripts of the official suite, a program for each of their modules.
fn scripts() -> Vec<(String, Program)> {
    let mut programs: Vec<(String, Program)> = Vec::new();
    let mut seen = HashSet::new();
    for (name, file) in files() {
        // Most files are in several versions of the suite.
        if !seen.insert(file.raw().to_owned()) {
            continue;
        }
        let Ok(translation) = translate(&file, false) else { continue };
        let mut runs = false;
        for line in translation.lines {
            if let Directive::Module { module, .. } = line.directive {
                runs = can_run(&module);
                if runs {
                    let program = Program { modules: vec![module], calls: Vec::new() };
                    programs.push((format!("{name}:{}", line.number), program));
                }
            } else if runs && let Some((_, program)) = programs.last_mut() {
                program.calls.extend(call(&line.directive));
            }
        }
    }
    programs
}

/// The modules of the official suite, invalid ones too, and of the scenarios, hostile ones too, by name.
pub fn real_modules() -> Vec<(String, Vec<u8>)> {
    corpus::modules()
}

/// Programs of the modules of the official suite and of the scenarios, by name: with the calls that the
/// suite makes, or if it makes none, with others.
pub fn real_programs() -> Vec<(String, Program)> {
    let mut programs = scripts();
    let rng = &mut Rng::with_seed(1);
    let mut seen: HashSet<_> =
        programs.iter().flat_map(|(_, program)| program.modules.clone()).collect();
    for (name, module) in corpus::modules() {
        // Hostile ones exceed limits, or say that they are prepared: many are refused for that.
        if !name.contains("/hostile/") && can_run(&module) && seen.insert(module.clone()) {
            programs.push((name, Program::new(rng, vec![module], CALLS)));
        }
    }
    programs
}

/// The ten programs on public crates, each for pages of 64 KiB and for pages of one byte.
pub fn ten_programs() -> Vec<(String, Program)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../boards/scenarios/programs/modules");
    let mut programs = Vec::new();
    for form in ["page-1", "page-65536"] {
        for entry in fs::read_dir(folder.join(form)).expect("a folder of modules").flatten() {
            let module = fs::read(entry.path()).expect("a readable module");
            let run = Call { instance: 0, function: "run".to_owned(), arguments: Vec::new() };
            let program = Program { modules: vec![module], calls: vec![run] };
            programs.push((entry.path().display().to_string(), program));
        }
    }
    programs
}
