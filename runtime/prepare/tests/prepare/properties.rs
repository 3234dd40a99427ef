//! Modules that something has happened to.

use crate::modules::{FEATURES, MODULES, validate, validate_as, wasm};
use proptest::prelude::*;
use proptest::sample::Index;
use std::borrow::Cow;
use vellum_prepare::{Options, prepare, prepare_to_vec};
use wasmparser::{Operator, Parser, Payload, TypeRef, WasmFeatures};

/// A way to damage a module.
#[derive(Debug, Clone)]
enum Damage {
    Truncate(Index),
    Set(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    /// Copies some bytes elsewhere.
    Copy(Index, Index, u8),
}

impl Damage {
    fn apply(&self, module: &mut Vec<u8>) {
        if module.is_empty() {
            return;
        }
        let length = module.len();
        match self {
            Self::Truncate(at) => module.truncate(at.index(length)),
            Self::Set(at, byte) => module[at.index(length)] = *byte,
            Self::Insert(at, byte) => module.insert(at.index(length), *byte),
            Self::Remove(at) => drop(module.remove(at.index(length))),
            Self::Copy(from, to, count) => {
                let from = from.index(length);
                let bytes = module[from..length.min(from + usize::from(*count))].to_vec();
                let to = to.index(length);
                module.splice(to..to, bytes);
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    // Bytes that mean something in many places are likelier.
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(
            &[
                0, 1, 2, 3, 5, 0x0b, 0x10, 0x11, 0x23, 0x40, 0x41, 0x60, 0x7f, 0x80, 0xfc, 0xfe,
                0xff,
            ][..]
        )
    ];
    prop_oneof![
        1 => any::<Index>().prop_map(Damage::Truncate),
        4 => (any::<Index>(), byte.clone()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => (any::<Index>(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        1 => any::<Index>().prop_map(Damage::Remove),
        1 => (any::<Index>(), any::<Index>(), 0..20u8)
            .prop_map(|(from, to, count)| Damage::Copy(from, to, count)),
    ]
}

/// The features of the interpreter as it may be built.
fn builds() -> impl Iterator<Item = WasmFeatures> {
    let narrow = FEATURES.difference(WasmFeatures::MEMORY64);
    // An interpreter without 64-bit memories reads other offsets, and so does the pass.
    let only = if cfg!(feature = "memory64") { None } else { Some(narrow) };
    [FEATURES].into_iter().chain(only)
}

/// With threads: what the pass makes is valid if and only if the bytes are, and has no atomics.
fn check_threads(module: &[u8], locked: &[u32]) -> Result<(), TestCaseError> {
    builds().try_for_each(|features| check_threads_as(module, locked, features))
}

fn check_threads_as(
    module: &[u8],
    locked: &[u32],
    features: WasmFeatures,
) -> Result<(), TestCaseError> {
    let valid = validate_as(module, features);
    match prepare(module, &Options::new().threads(true).locked(locked.to_vec())) {
        Ok(prepared) => {
            let code = validate_as(&prepared.code, features.difference(WasmFeatures::THREADS));
            prop_assert_eq!(valid.is_ok(), code.is_ok(), "{:?} but {:?}", valid, code);
            if let Err((offset, _)) = code {
                prop_assert!(prepared.original_offset(offset) <= module.len());
            }
        }
        // The validator lets offsets of atomics pass that don't fit their memory.
        Err(error) if error.to_string().contains("offset out of range") => {}
        Err(error) => prop_assert!(valid.is_err(), "{}: {:?}", error, module),
    }
    Ok(())
}

/// Checks that code, as far as it can be read, has the form that the pass gives it with threads.
fn check_form(code: &[u8], memories: usize) -> Result<(), TestCaseError> {
    let mut imported = 0;
    for payload in Parser::new(0).parse_all(code).map_while(Result::ok) {
        match payload {
            Payload::ImportSection(imports) => {
                let types = imports.into_iter().flatten().map(|import| import.ty);
                imported = types.filter(|ty| matches!(ty, TypeRef::Memory(_))).count();
            }
            Payload::MemorySection(memories) => prop_assert_eq!(memories.count(), 0),
            Payload::StartSection { .. } => prop_assert!(false, "a start section"),
            Payload::DataCountSection { count, .. } => prop_assert_eq!(count, 0),
            Payload::DataSection(data) => prop_assert_eq!(data.count(), 0),
            Payload::CodeSectionEntry(body) => {
                let operators = body.get_operators_reader().into_iter().flatten();
                let grows = |operator| matches!(operator, Operator::TableGrow { .. });
                prop_assert!(!operators.map_while(Result::ok).any(grows));
            }
            _ => {}
        }
    }
    prop_assert_eq!(imported, memories);
    Ok(())
}

/// Whatever the bytes are, the pass ends, and what it makes is valid if and only if they are.
fn check(module: &[u8]) -> Result<(), TestCaseError> {
    check_threads(module, &[])?;
    check_threads(module, &[0, 2])?;
    let valid = validate(module);
    match prepare(module, &Options::new()) {
        Ok(prepared) => {
            let code = validate(&prepared.code);
            prop_assert_eq!(valid.is_ok(), code.is_ok(), "{:?} but {:?}", valid, code);
            for data in &prepared.data {
                prop_assert!(module.get(data.bytes.clone()).is_some());
                let memory = data.active.map_or(0, |active| active.memory as usize);
                prop_assert!(data.active.is_none() || memory < prepared.memories.len());
            }
            if let Err((offset, _)) = code {
                prop_assert!(prepared.original_offset(offset) <= module.len());
            }
            let ahead = prepare_to_vec(module, &Options::new())
                .expect("what can be lowered can be prepared");
            let again = prepare(&ahead, &Options::new()).expect("what was prepared can be lowered");
            prop_assert_eq!(&again.memories, &prepared.memories);
            prop_assert_eq!(&again.helpers, &prepared.helpers);
            prop_assert_eq!(again.sizes, prepared.sizes);
            prop_assert_eq!(again.data.len(), prepared.data.len());
            prop_assert_eq!(validate(&ahead).is_ok(), valid.is_ok());
        }
        Err(error) => {
            prop_assert!(valid.is_err(), "{}: {:?}", error, module);
            prop_assert_eq!(prepare_to_vec(module, &Options::new()), Err(error));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_modules(
        text in prop::sample::select(MODULES),
        damages in prop::collection::vec(damage(), 0..5),
    ) {
        let mut module = wasm(text);
        damages.iter().for_each(|damage| damage.apply(&mut module));
        check(&module)?;
    }

    #[test]
    fn damaged_prepared_modules(
        text in prop::sample::select(MODULES),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let options = Options::new().threads(true);
        let mut module = prepare_to_vec(&wasm(text), &options).expect("a valid module");
        damages.iter().for_each(|damage| damage.apply(&mut module));
        let Ok(prepared) = prepare(&module, &options) else { return Ok(()) };
        prop_assert!(prepared.data.iter().all(|data| module.get(data.bytes.clone()).is_some()));
        match &prepared.code {
            Cow::Borrowed(code) => {
                prop_assert!(*code == module);
                prop_assert!(prepare_to_vec(&module, &options).is_ok());
                check_form(code, prepared.memories.len())?;
            }
            // The damage hit what says that it was prepared.
            Cow::Owned(_) => check_threads(&module, &[])?,
        }
    }

    #[test]
    fn bytes_that_are_no_module(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        check(&bytes)?;
        check(&[b"\0asm\x01\0\0\0", &bytes[..]].concat())?;
    }
}

#[test]
fn every_truncation() {
    for text in MODULES {
        let module = wasm(text);
        for length in 0..module.len() {
            check(&module[..length]).expect("the pass and the validator agree");
        }
    }
}
