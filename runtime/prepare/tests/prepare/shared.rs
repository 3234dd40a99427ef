//! Which modules share memory.

use vellum_prepare::{Options, prepare, prepare_to_vec, shares_memory};

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[test]
fn shared_memories_are_seen_wherever_they_are() {
    for (text, shared) in [
        ("(module (memory 1 2))", false),
        (r#"(module (import "m" "m" (memory 1 2)) (func) (memory 3))"#, false),
        ("(module (memory 1 2 shared))", true),
        (r#"(module (import "m" "m" (memory 1 2 shared)))"#, true),
        (
            r#"(module (import "m" "f" (func)) (import "m" "m" (memory 1)) (memory 1 1 shared))"#,
            true,
        ),
    ] {
        let plain = module(text);
        assert_eq!(shares_memory(&plain), Ok(shared), "{text}");
        for options in
            [Options::new(), Options::new().threads(true), Options::new().locked(vec![0])]
        {
            let prepared = prepare_to_vec(&plain, &options).unwrap();
            assert_eq!(shares_memory(&prepared), Ok(shared), "{text} {options:?}");
        }
    }
}

/// What is done to modules that have these memories and an atomic instruction, where shared memories
/// are another engine's.
#[test]
fn shared_memories_of_another_engine_are_locked() {
    let options = Options::new().lock_shared(true);
    let imported = |index| format!(r#"(import "m" "{index}" (memory 1 2 shared))"#);
    let private = r#"(import "m" "p" (memory 1))"#;
    for (memories, same) in [
        (imported(0), Options::new().threads(true).locked(vec![0])),
        (private.to_owned() + &imported(1), Options::new().threads(true).locked(vec![1])),
        (imported(0) + &imported(1), Options::new().threads(true).locked(vec![0, 1])),
        (private.to_owned(), Options::new()),
        ("(memory 1 2 shared)".to_owned(), Options::new()),
        (imported(0) + "(memory 1 2 shared)", Options::new()),
    ] {
        let add = "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))";
        let plain = module(&format!("(module {memories} (func {add}))"));
        let ahead = prepare_to_vec(&plain, &options).unwrap();
        assert_eq!(ahead, prepare_to_vec(&plain, &same).unwrap(), "{memories}");
        let prepared = prepare(&plain, &options).unwrap();
        assert_eq!(prepared.code, prepare(&plain, &same).unwrap().code, "{memories}");

        prepare(&ahead, &options).unwrap_or_else(|error| panic!("{memories}: {error}"));
        let without = prepare_to_vec(&plain, &Options::new()).unwrap();
        let refused = prepare(&without, &options).map_err(|error| error.to_string()).err();
        let refused =
            refused.is_some_and(|error| error.ends_with("prepared without locked access"));
        assert_eq!(refused, same.threads, "{memories}");
    }
}

#[test]
fn what_is_cut_off_is_an_error() {
    let plain = module(r#"(module (import "m" "m" (memory 1 2 shared)))"#);
    for end in 1..plain.len() {
        let cut = plain.get(..end).unwrap();
        // A module may end before the import section.
        assert!(shares_memory(cut).is_err() || end == 8, "{end}");
    }
}
