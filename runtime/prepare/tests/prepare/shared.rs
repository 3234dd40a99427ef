//! Which modules share memory.

use vellum_prepare::{Options, prepare_to_vec, shares_memory};

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

#[test]
fn what_is_cut_off_is_an_error() {
    let plain = module(r#"(module (import "m" "m" (memory 1 2 shared)))"#);
    for end in 1..plain.len() {
        let cut = plain.get(..end).unwrap();
        // A module may end before the import section.
        assert!(shares_memory(cut).is_err() || end == 8, "{end}");
    }
}
