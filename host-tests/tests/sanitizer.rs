//! AddressSanitizer is there, and tells of a guest that makes the interpreter write to memory that is
//! not its own.
//!
//! The interpreter runs alone here, since what goes before it in the runtime mends that.

use std::process::Command;
use wasmi::{Engine, Linker, Module, Store};

/// Set in the process that is to end.
const VICTIM: &str = "VELLUM_SANITIZER_VICTIM";

/// The caller goes on with its frame at an invalid address.
const GUEST: &str = include_str!("interpreter_faults/inputs/tail-call-host.wat");

/// Runs the guest.
fn run() -> Result<i32, wasmi::Error> {
    let engine = Engine::default();
    let module = Module::new(&engine, wat::parse_str(GUEST).expect("the text is a module"))?;
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "none", || {})?;
    let instance = linker.instantiate_and_start(&mut store, &module)?;
    instance.get_typed_func::<(), i32>(&store, "f")?.call(&mut store, ())
}

#[test]
fn a_write_outside_the_value_stack_is_told() {
    if std::env::var_os(VICTIM).is_some() {
        let result = run();
        println!("came to an end: {result:?}");
        return;
    }
    let program = std::env::current_exe().expect("it has a path");
    let output = Command::new(program)
        .args(["a_write_outside_the_value_stack_is_told", "--exact", "--nocapture"])
        .env(VICTIM, "1")
        .output()
        .expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the guest went on");
    assert!(errors.contains("ERROR: AddressSanitizer: "), "{errors}");
}
