//! Engines that take only signed modules.

use std::sync::atomic::{AtomicUsize, Ordering};
use vellum::{
    Config, ConfigError, Engine, Error, ErrorKind, Linker, Module, PAGE_SIZE, PagePool, PublicKey,
    SignatureError, Store,
};
use vellum_prepare::{Options, VERSION, prepare_to_vec};
use vellum_sign::{PrivateKey, sign};

static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();

const GUEST: &str = r#"(module $guest
    (import "env" "twice" (func $twice (param i32) (result i32)))
    (memory (export "memory") 1 2) (data (i32.const 8) "\05") (data "passive")
    (table 2 funcref) (elem (i32.const 0) $run) (global $g (mut i32) (i32.const 0))
    (func $start (global.set $g (i32.const 100))) (start $start)
    (func $run (export "run") (param i32) (result i32)
        (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 1))
        (i32.add (global.get $g)
            (i32.add (i32.load8_u (i32.const 0))
                (call $twice (i32.add (local.get 0) (i32.load8_u (i32.const 8))))))))"#;

fn key() -> PrivateKey {
    PrivateKey::from_seed(&[7; 32])
}

fn signed_as(text: &str, version: u64, options: &Options) -> Vec<u8> {
    let module = wat::parse_str(text).expect("the text is valid");
    let prepared = prepare_to_vec(&module, &options.clone().marked(true)).expect("it is valid");
    sign(&prepared, VERSION, version, &key())
}

fn signed(text: &str, version: u64) -> Vec<u8> {
    signed_as(text, version, &Options::new())
}

/// Engines that check what is signed, and engines that believe it.
fn engines(minimum: u64, configure: impl Fn(&mut Config)) -> [Engine; 2] {
    [false, true].map(|believed| {
        let mut config = Config::new();
        config.page_pool(&PAGES).signed_by(key().public(), minimum);
        configure(&mut config);
        if believed {
            #[expect(unsafe_code, reason = "the test signs")]
            // SAFETY: the tests sign valid modules only.
            unsafe {
                config.believe_signatures()
            };
        }
        Engine::new(&config).expect("the configuration is valid")
    })
}

fn refusal(engine: &Engine, file: Vec<u8>) -> SignatureError {
    match Module::new(engine, file) {
        Err(Error::Signature(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn run(engine: &Engine, file: Vec<u8>) -> Result<i32, Error> {
    let module = Module::new(engine, file)?;
    assert_eq!(module.name(), Some("guest"));
    let exports: Vec<_> = module.exports().map(|export| export.name()).collect();
    assert_eq!(exports, ["memory", "run"]);
    let required = module.resources_required();
    assert_eq!((required.num_memories, required.num_tables, required.table_elements), (1, 1, 2));
    let mut linker = Linker::new(engine);
    linker.func_wrap("env", "twice", |value: i32| 2 * value)?;
    let mut store = Store::new(engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<i32, i32>(&mut store, "run")?.call(&mut store, 4)
}

const EXPECTED: i32 = 100 + b'p' as i32 + 2 * (4 + 5);

#[test]
fn a_signed_module_runs() {
    for engine in engines(3, |_| {}) {
        for version in [3, u64::MAX] {
            let file = signed(GUEST, version);
            assert_eq!(Module::signed_version(&engine, &file).unwrap(), version);
            assert_eq!(run(&engine, file).unwrap(), EXPECTED);
        }
    }
}

#[test]
fn it_runs_on_engines_of_all_settings() {
    for lazy in [vellum::CompilationMode::Eager, vellum::CompilationMode::Lazy] {
        for engine in engines(0, |config| {
            config.compilation_mode(lazy).consume_fuel(false).heap_free(|| 1 << 20);
        }) {
            assert_eq!(run(&engine, signed(GUEST, 1)).unwrap(), EXPECTED);
        }
    }
    for engine in engines(0, |config| {
        config.threads(true);
    }) {
        let file = signed_as(GUEST, 1, &Options::new().threads(true));
        assert_eq!(run(&engine, file).unwrap(), EXPECTED);
    }
}

#[test]
fn every_flipped_bit_and_every_truncation_is_refused_before_anything_is_parsed() {
    let file = signed("(module (func (export \"f\")))", 1);
    for engine in engines(0, |_| {}) {
        Module::new(&engine, file.clone()).expect("it is signed");
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            refusal(&engine, flipped);
        }
        for length in 0..file.len() {
            refusal(&engine, file[..length].to_vec());
        }
        for more in [&[0][..], &file] {
            refusal(&engine, [&file[..], more].concat());
        }
    }
}

#[test]
fn what_nobody_or_somebody_else_has_signed_is_refused() {
    for engine in engines(2, |_| {}) {
        let module = wat::parse_str(GUEST).unwrap();
        assert_eq!(refusal(&engine, module.clone()), SignatureError::Unsigned);
        assert_eq!(refusal(&engine, GUEST.into()), SignatureError::Unsigned);
        let other = PrivateKey::from_seed(&[8; 32]);
        let file = sign(&module, VERSION, 2, &other);
        assert_eq!(refusal(&engine, file), SignatureError::Invalid);
        let expected = SignatureError::Version { minimum: 2, found: 1 };
        assert_eq!(refusal(&engine, signed(GUEST, 1)), expected);
        let expected = SignatureError::Pass { expected: VERSION, found: VERSION - 1 };
        let file = sign(&module, VERSION - 1, 2, &key());
        assert_eq!(refusal(&engine, file.clone()), expected);
        let error = Module::validate(&engine, &file).unwrap_err();
        assert!(matches!(error, Error::Signature(_)) && error.kind() == ErrorKind::Module);
    }
}

/// The signature is looked at first: no limit, no heap and no fault of the module tells anything.
#[test]
fn nothing_else_is_told_of_what_is_not_signed() {
    static FREE: AtomicUsize = AtomicUsize::new(usize::MAX);
    let [engine, _] = engines(0, |config| {
        config.heap_free(|| FREE.load(Ordering::Relaxed));
    });
    FREE.store(0, Ordering::Relaxed);
    let mut file = signed(GUEST, 1);
    assert!(matches!(Module::new(&engine, file.clone()), Err(Error::OutOfHeap { .. })));
    file[8] ^= 0x40;
    assert_eq!(refusal(&engine, file), SignatureError::Invalid);
}

#[test]
fn a_checked_engine_validates_what_is_signed() {
    let [checked, believing] = engines(0, |_| {});
    let invalid = wat::parse_str("(module (func (result i32)))").unwrap();
    let error = Module::new(&checked, sign(&invalid, VERSION, 1, &key())).unwrap_err();
    assert!(matches!(error, Error::InvalidModule { .. }), "{error}");
    // One that the pass has not prepared is none to believe.
    let plain = wat::parse_str("(module (func))").unwrap();
    let error = Module::new(&believing, sign(&plain, VERSION, 1, &key())).unwrap_err();
    assert!(error.to_string().contains("the module is not prepared"), "{error}");
}

#[test]
fn a_module_prepared_for_less_is_refused() {
    let [_, believing] = engines(0, |config| {
        config.threads(true);
    });
    let grows =
        "(module (table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))))";
    let error = Module::new(&believing, signed(grows, 1)).unwrap_err();
    assert!(error.to_string().contains("prepared without threads"), "{error}");
}

#[test]
fn limits_hold_for_believed_modules() {
    for (text, configure) in [
        (
            "(module (func) (func))",
            (|limits| limits.functions = 1) as fn(&mut vellum::ModuleLimits),
        ),
        ("(module (func (local i32 i64)))", |limits| limits.locals = 1),
        ("(module (func nop nop nop))", |limits| limits.function_bytes = 3),
        ("(module (func))", |limits| limits.module_bytes = 20),
    ] {
        let mut limits = vellum::ModuleLimits::default();
        configure(&mut limits);
        for engine in engines(0, |config| {
            config.module_limits(limits);
        }) {
            let error = Module::new(&engine, signed(text, 1)).unwrap_err();
            assert!(matches!(error, Error::LimitExceeded(_)), "{text}: {error}");
        }
    }
}

#[test]
fn an_engine_without_a_key_takes_a_signed_module_for_a_module() {
    let engine = Engine::new(Config::new().page_pool(&PAGES)).unwrap();
    let file = signed(GUEST, 1);
    let error = Module::signed_version(&engine, &file).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Key)));
    assert_eq!(run(&engine, file).unwrap(), EXPECTED);
}

#[test]
fn a_key_that_is_none_is_refused() {
    let error = Error::from(PublicKey::from_bytes(&[0; 32]).unwrap_err());
    assert_eq!(error.to_string(), "the key is no Ed25519 key");
}

#[test]
fn what_was_verified_is_loaded_again_without_its_signature() {
    let file: &'static [u8] = signed(GUEST, 3).leak();
    let other = PrivateKey::from_seed(&[8; 32]);
    for engine in engines(3, |_| {}) {
        let verified = Module::verify(&engine, file).unwrap();
        assert_eq!(verified.version(), 3);
        for _ in 0..2 {
            let module = Module::new_verified(&engine, &verified).unwrap();
            assert_eq!(module.name(), Some("guest"));
            let mut linker = Linker::new(&engine);
            linker.func_wrap("env", "twice", |value: i32| 2 * value).unwrap();
            let mut store = Store::new(&engine, ());
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance.get_typed_func::<i32, i32>(&mut store, "run").unwrap();
            assert_eq!(run.call(&mut store, 4).unwrap(), EXPECTED);
        }
        // Another engine has its own say.
        for (engine, expected) in [
            (
                Engine::new(Config::new().page_pool(&PAGES).signed_by(key().public(), 4)),
                "version 3 of the module is older than 4",
            ),
            (
                Engine::new(Config::new().page_pool(&PAGES).signed_by(other.public(), 0)),
                "wrong signature: another key signed the module, or its bytes differ",
            ),
            (Engine::new(Config::new().page_pool(&PAGES)), "set a key with Config::signed_by"),
        ] {
            let error = Module::new_verified(&engine.unwrap(), &verified).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        let mut flipped = file.to_vec();
        flipped[20] ^= 1;
        let error = Module::verify(&engine, flipped.leak()).unwrap_err();
        assert!(matches!(error, Error::Signature(SignatureError::Invalid)), "{error}");
    }
}
