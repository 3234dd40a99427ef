//! A believed module is read as one that is checked.

use vellum_prepare::{Loading, Options, believe, prepare, prepare_to_vec};

const MODULES: [&str; 5] = [
    "(module)",
    r#"(module (import "env" "f" (func)) (func (export "g") (call 0)))"#,
    r#"(module $named (memory 1 2) (data (i32.const 8) "page") (func $f) (start $f))"#,
    r#"(module (import "env" "at" (global i32)) (memory 1) (table 3 funcref) (global i32 (i32.const 1))
        (data (global.get 0) "page") (data "passive") (export "memory" (memory 0))
        (func (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 1))))"#,
    r#"(module (memory 1) (func (param i32 i32) (local i64)
        (drop (memory.grow (local.get 0)))
        (memory.fill (local.get 0) (local.get 1) (i32.const 4))))"#,
];

fn same(module: &[u8], options: &Options) {
    let (believed, checked) =
        (believe(module, options).unwrap(), prepare(module, options).unwrap());
    assert_eq!(believed.code, checked.code);
    assert_eq!(believed.memories, checked.memories);
    assert_eq!(believed.data, checked.data);
    assert_eq!(believed.start, checked.start);
    assert_eq!(believed.helpers, checked.helpers);
    assert_eq!(believed.sizes, checked.sizes);
    assert_eq!(believed.name(), checked.name());
    assert_eq!(believed.export_section(), checked.export_section());
    assert_eq!(believed.names.start(), checked.names.start());
}

#[test]
fn believed_modules_are_what_checked_ones_are() {
    for text in MODULES {
        let module = wat::parse_str(text).unwrap();
        let options = Options::new();
        same(&prepare_to_vec(&module, &options.clone().marked(true)).unwrap(), &options);
    }
}

#[cfg(all(feature = "threads", feature = "interruption"))]
#[test]
fn so_are_those_for_engines_of_other_settings() {
    for options in [Options::new().threads(true), Options::new().interruptible(true)] {
        for text in MODULES {
            let module = wat::parse_str(text).unwrap();
            let file = prepare_to_vec(&module, &options.clone().marked(true)).unwrap();
            same(&file, &options);
            same(&file, &Options::new());
        }
    }
}

#[cfg(feature = "threads")]
#[test]
fn what_was_prepared_for_less_is_refused() {
    let module = wat::parse_str(
        "(module (table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))))",
    );
    let file = prepare_to_vec(&module.unwrap(), &Options::new().marked(true)).unwrap();
    assert!(believe(&file, &Options::new()).is_ok());
    assert!(believe(&file, &Options::new().threads(true)).is_err());
}

#[test]
fn what_is_not_marked_is_refused() {
    let module = wat::parse_str(MODULES[1]).unwrap();
    let file = prepare_to_vec(&module, &Options::new()).unwrap();
    assert!(believe(&module, &Options::new()).is_err());
    assert!(believe(&file, &Options::new()).is_err());
}

/// Nobody signs such a module, but it may not panic in here either.
#[test]
fn broken_modules_do_not_panic() {
    for text in MODULES {
        let module = wat::parse_str(text).unwrap();
        let file = prepare_to_vec(&module, &Options::new().marked(true)).unwrap();
        for at in 0..file.len() {
            let mut broken = file.clone();
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                broken[at] = byte;
                let _ = believe(&broken, &Options::new());
            }
            let _ = believe(&file[..at], &Options::new());
        }
    }
}

/// Bounds of a module with these contents of the section that states them, in engines of all settings.
fn stated(module: &[u8], section: &[u8]) -> Vec<bool> {
    let title = b"\x0cvellum.bound";
    let length = title.len() + section.len();
    let size = [(length & 0x7f) as u8 | 0x80, (length >> 7) as u8];
    let file = [module, &[0], &size, title, section].concat();
    let prepared = believe(&file, &Options::new()).unwrap();
    let mut found = Vec::new();
    for number in 0..8 {
        let [fuel, translates, many] = [1, 2, 4].map(|bit| number & bit != 0);
        let types = if many { usize::MAX } else { 0 };
        let loading = Loading { fuel, translates, types };
        found.push(prepared.stated_bound(loading).is_some());
    }
    found
}

#[test]
fn no_figures_are_too_high_or_too_strange() {
    let text = "(module (memory 1) (func $start (param) (drop (i32.const 1))) (start $start))";
    let file = prepare_to_vec(&wat::parse_str(text).unwrap(), &Options::new().marked(true));
    let file = file.unwrap();
    let title = b"\x0cvellum.bound";
    let at = file.windows(title.len()).position(|bytes| bytes == title).unwrap();
    let (module, section) = (&file[..at - 2], &file[at + title.len()..]);
    let all = stated(module, section);
    assert_eq!(all, [true; 8]);
    for at in 0..section.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut other = section.to_vec();
            other[at] = byte;
            let found = stated(module, &other);
            assert!(found == all || !found.contains(&true), "byte {at} is {byte}");
        }
        assert!(!stated(module, &section[..at]).contains(&true), "{at}");
    }
    let more = [section, &[1; 4]].concat();
    assert!(!stated(module, &more).contains(&true));
    let highest = [&[2][..], &[0xff, 0xff, 0xff, 0xff, 0x0f].repeat(40)].concat();
    assert_eq!(stated(module, &highest), all);
}
