//! The bound that a signed module states is what an engine would find, and only a signature has an engine
//! believe it.

use std::sync::atomic::{AtomicUsize, Ordering};
use vellum::{CompilationMode, Config, Engine, Error, Module, ModuleLimits, PAGE_SIZE, PagePool};
use vellum_host_tests::programs::real_modules;
use vellum_prepare::{Loading, Options, VERSION, believe, prepare, prepare_to_vec};
use vellum_sign::{PrivateKey, sign};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// How engines load, without what they have loaded before.
fn loadings() -> impl Iterator<Item = Loading> {
    [true, false].into_iter().flat_map(|translates| {
        let of = move |fuel| Loading { fuel, translates, types: 0 };
        [false, true].map(of)
    })
}

#[test]
fn what_is_stated_is_what_is_found() {
    let settings = [Options::new(), Options::new().threads(true).interruptible(true)];
    let engine =
        Engine::new(Config::new().page_pool(&PAGES).module_limits(ModuleLimits::UNLIMITED))
            .expect("the configuration is valid");
    let mut compared = 0;
    for (name, module) in real_modules() {
        for options in &settings {
            let options = options.clone().marked(true);
            let Ok(file) = prepare_to_vec(&module, &options) else { continue };
            if Module::validate(&engine, &file).is_err() {
                continue;
            }
            // The hostile ones need not be prepared as they say.
            let Ok(checked) = prepare(&file, &options) else { continue };
            let believed = believe(&file, &options).expect("it is prepared");
            for loading in loadings() {
                for types in [0, 1, 5, 24, 300] {
                    let loading = Loading { types, ..loading };
                    let found = checked.bound(loading).expect("there is heap");
                    if found.instance.instance.placed > u32::MAX as usize {
                        // A table that no chip has.
                        continue;
                    }
                    assert_eq!(believed.stated_bound(loading), Some(found), "{name}: {loading:?}");
                    assert_eq!(checked.stated_bound(loading), Some(found), "{name}: {loading:?}");
                }
            }
            assert_eq!(prepare_to_vec(&file, &options).as_ref(), Ok(&file), "{name}");
            compared += 1;
        }
    }
    assert!(compared > 2000, "{compared}");
}

const GUEST: &str = r#"(module
    (import "env" "log" (func (param i32)))
    (memory 1 2) (data (i32.const 8) "page") (table 2 funcref) (elem (i32.const 0) $f $g)
    (func $f (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $g (export "a") (param i64 i64) (local f64)
        (loop (br_if 0 (i64.eqz (local.get 0))) (call 0 (i32.const 7))))
    (func $start (call $g (i64.const 1) (i64.const 2))) (start $start))"#;

fn key() -> PrivateKey {
    PrivateKey::from_seed(&[7; 32])
}

fn file() -> Vec<u8> {
    let module = wat::parse_str(GUEST).expect("the text is valid");
    prepare_to_vec(&module, &Options::new().marked(true)).expect("it is valid")
}

fn signed(file: &[u8]) -> Vec<u8> {
    sign(file, VERSION, 1, &key())
}

static FREE: AtomicUsize = AtomicUsize::new(0);

/// Whose modules an engine takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    All,
    Signed,
    Believed,
}

/// Bytes of heap that an engine says it needs for a module: it has none.
fn needed(takes: Takes, mode: CompilationMode, fuel: bool, file: &[u8]) -> usize {
    FREE.store(usize::MAX, Ordering::Relaxed);
    let mut config = Config::new();
    config.page_pool(&PAGES).module_limits(ModuleLimits::UNLIMITED);
    config.compilation_mode(mode).consume_fuel(fuel);
    config.heap_free(|| FREE.load(Ordering::Relaxed));
    if takes != Takes::All {
        config.signed_by(key().public(), 0);
    }
    if takes == Takes::Believed {
        #[expect(unsafe_code, reason = "the test signs")]
        // SAFETY: the test signs valid modules only.
        unsafe {
            config.believe_signatures()
        };
    }
    let engine = Engine::new(&config).expect("the configuration is valid");
    let file = if takes == Takes::All { file.to_vec() } else { signed(file) };
    FREE.store(0, Ordering::Relaxed);
    let Err(Error::OutOfHeap { needed, free: 0 }) = Module::new(&engine, file.clone()) else {
        panic!("it is refused")
    };
    for (free, is_enough) in [(needed - 1, false), (needed, true)] {
        FREE.store(free, Ordering::Relaxed);
        let module = Module::new(&engine, file.clone());
        match module {
            Ok(_) => assert!(is_enough),
            Err(Error::OutOfHeap { needed: again, free: told }) => {
                assert_eq!((again, told, is_enough), (needed, free, false));
            }
            Err(error) => panic!("{error}"),
        }
    }
    needed
}

/// Where the contents of the section are in a file.
fn section(file: &[u8]) -> usize {
    let name = b"\x0cvellum.bound";
    let at = file.windows(name.len()).position(|bytes| bytes == name).expect("it is there");
    at + name.len()
}

const MODES: [CompilationMode; 2] = [CompilationMode::Eager, CompilationMode::Lazy];

/// One test, as all engines ask for the same heap.
#[test]
fn engines_believe_what_is_signed_and_nothing_else() {
    let file = file();
    let at = section(&file);
    let mut other_version = file.clone();
    other_version[at] += 1;
    let mut damaged = file.clone();
    *damaged.last_mut().unwrap() |= 0x80;
    // Before the contents there are the name and its length, the section's length of one byte, and its id.
    let missing = file[..at - 15].to_vec();
    assert_eq!(file[at - 15], 0);
    // Forty figures, each of which says that there is next to nothing.
    let lies = [&missing, &[0, 54][..], b"\x0cvellum.bound\x02", &[1; 40]].concat();
    for mode in MODES {
        for fuel in [false, true] {
            let found = needed(Takes::All, mode, fuel, &file);
            for takes in [Takes::All, Takes::Signed, Takes::Believed] {
                for file in [&file, &other_version, &damaged, &missing] {
                    let needed = needed(takes, mode, fuel, file);
                    assert_eq!(needed, found, "{takes:?} {mode:?} {fuel}");
                }
                let believed = needed(takes, mode, fuel, &lies);
                let is_believed = takes != Takes::All;
                assert_eq!(believed < found, is_believed, "{takes:?} {mode:?} {fuel}");
            }
        }
    }
    // Nobody signs a lie by preparing it once more.
    let error = prepare_to_vec(&lies, &Options::new().marked(true)).unwrap_err().to_string();
    assert!(error.ends_with("prepared module states a wrong bound of its heap"), "{error}");
    let again = prepare_to_vec(&missing, &Options::new().marked(true)).unwrap();
    assert_eq!(again, file);
}
