//! What a module imports is told without loading it, as it is told of the module loaded.

use vellum::{Config, Engine, Error, ExternType, Linker, Module, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::programs::real_modules;
use vellum_prepare::{Options, prepare_to_vec};

static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

fn imports(module: &Module) -> Vec<(String, String, ExternType)> {
    let own = module.imports();
    own.map(|import| (import.module().into(), import.name().into(), import.ty().clone())).collect()
}

fn engine(threads: bool) -> Engine {
    Engine::new(Config::new().page_pool(&PAGES).threads(threads))
        .expect("the configuration is valid")
}

/// Compares, and gives whether the module can be loaded and has imports.
fn compare(threads: bool, name: &str, bytes: &[u8]) -> bool {
    let engine = engine(threads);
    let only = Module::imports_only(&engine, bytes);
    let Ok(module) = Module::new(&engine, bytes.to_vec()) else { return false };
    let only = only.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(imports(&only), imports(&module), "{name}");
    assert_eq!((only.exports().count(), only.has_start()), (0, false), "{name}");
    assert_eq!(only.resources_required().num_memories, 0, "{name}");
    only.imports().count() > 0
}

/// As they are and prepared, with threads and without. None of the invalid ones panics.
#[test]
fn they_are_those_of_the_module() {
    for threads in [false, true] {
        let options = Options::new().threads(threads).lock_shared(!threads);
        let (mut plain, mut prepared) = (0, 0);
        for (name, module) in real_modules() {
            plain += usize::from(compare(threads, &name, &module));
            if let Ok(ahead) = prepare_to_vec(&module, &options) {
                prepared += usize::from(compare(threads, &name, &ahead));
            }
        }
        assert!(plain > 300 && prepared > 300, "{plain} {prepared}");
    }
}

/// No code is looked at.
#[test]
fn invalid_code_is_left_alone() {
    let text = r#"(module (import "env" "f" (func (param i32))) (func (result i32)))"#;
    let bytes = wat::parse_str(text).expect("it is well-formed");
    let engine = engine(false);
    assert!(matches!(Module::new(&engine, bytes.clone()), Err(Error::InvalidModule { .. })));
    let only = Module::imports_only(&engine, &bytes).expect("its imports are valid");
    let mut linker = Linker::new(&engine);
    let error = linker.instantiate(Store::new(&engine, ()), &only).expect_err("nothing is defined");
    assert_eq!(error.to_string(), r#"unknown import: "env"."f""#);
    linker.func_wrap("env", "f", |_: i64| ()).expect("the name is free");
    let error = linker.instantiate(Store::new(&engine, ()), &only).expect_err("it is another type");
    assert!(matches!(error, Error::IncompatibleImport { .. }), "{error}");
    linker.allow_shadowing(true).func_wrap("env", "f", |_: i32| ()).expect("it may be shadowed");
    linker.instantiate(Store::new(&engine, ()), &only).expect("all that it imports is there");
}

/// Every module cut off at every byte, and with every byte of its head altered.
#[test]
fn damaged_heads_are_errors() {
    let engine = engine(false);
    let text = r#"(module (import "env" "f" (func (param i32))) (import "env" "m" (memory 1 2))
        (import "env" "t" (table 1 funcref)) (import "env" "g" (global (mut i64))) (memory 1) (func))"#;
    let plain = wat::parse_str(text).expect("it is valid");
    let prepared = prepare_to_vec(&plain, &Options::new()).expect("it is valid");
    for module in [plain, prepared] {
        let mut told = 0;
        for length in 0..module.len() {
            told += usize::from(Module::imports_only(&engine, &module[..length]).is_err());
            for bit in 0..8 {
                let mut damaged = module.clone();
                damaged[length] ^= 1 << bit;
                if let Ok(only) = Module::imports_only(&engine, &damaged) {
                    assert!(only.imports().count() < 6);
                }
            }
        }
        assert!(told > 40, "{told}");
    }
}
