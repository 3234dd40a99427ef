//! One definition for a guest and its host.

use crate::kit::{POOL, built};
use vellum::{AccessError, Error, Instance, Linker, Module, Store};
use vellum_host_tests::{engine, load};

#[path = "../../guests/interface/src/display.rs"]
mod display;

use display::{Pixel, Touch};

/// What the host's functions were called with.
#[derive(Default)]
struct Calls {
    calls: Vec<String>,
    is_broken: bool,
}

impl display::Display for Calls {
    fn show(&mut self, column: u32, text: &str) -> Result<u32, Error> {
        if self.is_broken {
            return Err(Error::Exit(5));
        }
        self.calls.push(format!("show {column} {text}"));
        Ok(text.chars().count() as u32)
    }

    fn picture(&mut self, name: &str, bytes: &[u8], scale: f64) -> Result<(), Error> {
        self.calls.push(format!("picture {name:?} {bytes:?} {scale}"));
        Ok(())
    }

    fn wait(&mut self, ticks: i64) -> Result<u64, Error> {
        self.calls.push(format!("wait {ticks}"));
        Ok(u64::MAX - 9)
    }

    fn count(&mut self, first: u32, bytes: &mut [u8]) -> Result<u32, Error> {
        self.calls.push(format!("count {first} {bytes:?}"));
        bytes.iter_mut().zip(first as u8..).for_each(|(byte, number)| *byte = number);
        Ok(bytes.iter().map(|&byte| u32::from(byte)).sum())
    }

    fn draw(&mut self, pixels: &[Pixel], beside: &Pixel) -> Result<u32, Error> {
        let text = |pixel: &Pixel| format!("{} {} {}", pixel.x, pixel.y, pixel.brightness);
        self.calls.extend(pixels.iter().chain([beside]).map(text));
        Ok(pixels.len() as u32)
    }

    fn brighten(&mut self, pixels: &mut [Pixel]) -> Result<(), Error> {
        pixels.iter_mut().for_each(|pixel| pixel.brightness *= 2);
        Ok(())
    }

    fn next(&mut self, touch: &mut Touch) -> Result<(), Error> {
        *touch = Touch { at: touch.at + 1, force: touch.force / 2.0 };
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Error> {
        self.calls.push("clear".to_owned());
        Ok(())
    }
}

fn instantiate(module: &Module, host: Calls) -> Result<(Store<Calls>, Instance), Error> {
    let mut linker = Linker::new(module.engine());
    display::add_to_linker(&mut linker)?;
    // What the guest has of a page that it shares is of no use here.
    linker.func_wrap("shared", "put", |_: u32, _: u32| {})?;
    linker.func_wrap("shared", "get", |_: u32, _: u32| {})?;
    let mut store = Store::new(module.engine(), host);
    let instance = linker.instantiate(&mut store, module)?;
    Ok((store, instance))
}

/// An instance of the guest that is built of the same definition.
fn guest(host: Calls) -> (Store<Calls>, Instance) {
    let bytes = built("interface", "wasm32-unknown-unknown", 1);
    let module = Module::new(&engine(&POOL), bytes).expect("it is valid");
    instantiate(&module, host).expect("it links")
}

fn run(host: Calls) -> (Result<u64, Error>, Vec<String>) {
    let (mut store, instance) = guest(host);
    let run = instance.get_typed_func::<u32, u64>(&mut store, "run").expect("it is there");
    let ended = run.call(&mut store, 3);
    (ended, store.into_data().calls)
}

#[test]
fn values_texts_and_bytes_pass() {
    let (ended, calls) = run(Calls::default());
    assert_eq!(ended.expect("it runs"), u64::MAX - 4);
    let picture = "picture \"\" [1, 2, 255] 0.5";
    assert_eq!(calls, ["clear", "show 3 grüße", picture, "count 5 [0, 0, 0, 0]", "wait -7"]);
}

#[test]
fn records_pass() {
    let (mut store, instance) = guest(Calls::default());
    let draw = instance.get_typed_func::<(), u32>(&mut store, "draw").expect("it is there");
    assert_eq!(draw.call(&mut store, ()).expect("it runs"), 1);
    let calls = ["1 10 200000", "2 20 400000", "3 30 600000", "1 10 200000"];
    assert_eq!(store.data().calls, calls);
}

#[test]
fn records_are_checked_against_the_memory() {
    const DRAW: &str = "(param i32 i32 i32) (result i32)";
    let draw = |at: u32, count: u32, beside: u32| {
        let operands = format!("(i32.const {at}) (i32.const {count}) (i32.const {beside})");
        call(MEMORY, "draw", DRAW, &operands)
    };
    assert!(matches!(draw(65_528, 1, 65_528), (Ok(()), 2)));
    assert!(matches!(draw(65_536, 0, 0), (Ok(()), 1)));
    for (at, count, beside) in
        [(65_528, 2, 0), (65_532, 1, 0), (0, 1, 65_532), (0, 1, u32::MAX - 3), (0, 1 << 29, 0)]
    {
        let (ended, calls) = draw(at, count, beside);
        let is_out = matches!(ended, Err(Error::Access(AccessError::OutOfBounds { .. })));
        assert!(is_out && calls == 0, "{at} {count} {beside}: {ended:?}");
    }
    for (at, beside) in [(2, 0), (0, 1)] {
        let (ended, calls) = draw(at, 1, beside);
        let offset = (at + beside) as usize;
        let Err(Error::Access(AccessError::Misaligned { offset: found, align: 4 })) = ended else {
            panic!("{at} {beside}: {ended:?}")
        };
        assert!(found == offset && calls == 0);
    }
    for (function, ty, operands) in [
        ("brighten", "(param i32 i32)", "(i32.const 65532) (i32.const 1)"),
        ("next", "(param i32)", "(i32.const 65532)"),
        ("next", "(param i32)", "(i32.const 3)"),
    ] {
        let (ended, _) = call(MEMORY, function, ty, operands);
        assert!(matches!(ended, Err(Error::Access(_))), "{function}: {ended:?}");
    }
}

/// `rig` compiles a guest in C with this header.
#[test]
fn the_header_for_guests_in_c_is_as_checked_in() {
    assert_eq!(display::C_HEADER, include_str!("../../guests/interface/c/display.h"));
}

#[test]
fn an_error_of_the_host_ends_the_call() {
    let (ended, calls) = run(Calls { is_broken: true, ..Calls::default() });
    assert!(matches!(ended, Err(Error::Exit(5))), "{ended:?}");
    assert_eq!(calls, ["clear"]);
}

/// Calls one function of the host from a guest of this text.
fn call(memory: &str, function: &str, ty: &str, operands: &str) -> (Result<(), Error>, usize) {
    let engine = engine(&POOL);
    let text = format!(
        r#"(module (import "display" "{function}" (func $f {ty})) {memory}
            (func (export "run") (call $f {operands}) {}))"#,
        if ty.contains("result") { "drop" } else { "" }
    );
    let module = load(&engine, &text).expect("it is valid");
    let (mut store, instance) = match instantiate(&module, Calls::default()) {
        Ok(instantiated) => instantiated,
        Err(error) => return (Err(error), 0),
    };
    let run = instance.get_typed_func::<(), ()>(&mut store, "run").expect("it is there");
    let ended = run.call(&mut store, ());
    (ended, store.into_data().calls.len())
}

const SHOW: &str = "(param i32 i32 i32) (result i32)";
const MEMORY: &str = r#"(memory (export "memory") 1 1) (data (i32.const 65534) "a\ff")"#;

#[test]
fn texts_are_checked_against_the_memory() {
    let show = |at: u32, length: u32| {
        let operands = format!("(i32.const 0) (i32.const {at}) (i32.const {length})");
        call(MEMORY, "show", SHOW, &operands)
    };
    assert!(matches!(show(65_534, 1), (Ok(()), 1)));
    for (at, length) in [(65_535, 2), (u32::MAX, 1), (1, u32::MAX)] {
        let (ended, calls) = show(at, length);
        let is_out = matches!(ended, Err(Error::Access(AccessError::OutOfBounds { .. })));
        assert!(is_out && calls == 0, "{at} {length}: {ended:?}");
    }
    for (at, length) in [(65_535, 2), (u32::MAX, u32::MAX)] {
        let operands = format!("(i32.const 0) (i32.const {at}) (i32.const {length})");
        let (ended, calls) = call(MEMORY, "count", SHOW, &operands);
        assert!(matches!((&ended, calls), (Err(Error::Access(_)), 0)), "{at} {length}: {ended:?}");
    }
    let (ended, calls) = show(65_534, 2);
    let error = ended.expect_err("it is no text");
    assert!(error.downcast_ref::<core::str::Utf8Error>().is_some() && calls == 0, "{error:?}");
}

#[test]
fn a_guest_without_memory_passes_values_alone() {
    let (ended, calls) = call("", "clear", "", "");
    assert!(matches!((&ended, calls), (Ok(()), 1)), "{ended:?}");
    let (ended, calls) = call("", "show", SHOW, "(i32.const 0) (i32.const 0) (i32.const 0)");
    assert!(matches!((&ended, calls), (Err(Error::UnknownExport(_)), 0)), "{ended:?}");
}

#[test]
fn a_guest_of_another_definition_does_not_link() {
    let (ended, _) = call("", "wait", "(param i32) (result i64)", "(i32.const 0)");
    let text = ended.expect_err("the type is another").to_string();
    let types = "expected func (i32) -> (i64), found func (i64) -> (i64)";
    assert_eq!(text, format!(r#"incompatible import: "display"."wait": {types}"#));
    let (ended, _) = call("", "blink", "", "");
    assert!(matches!(ended, Err(Error::UnknownImport { .. })), "{ended:?}");
}
