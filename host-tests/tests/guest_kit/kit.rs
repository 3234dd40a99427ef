//! Guests in `host-tests/guests`, built as their users would, and an instance of `kit`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use vellum::{Error, Instance, Linker, Module, PAGE_SIZE, PagePool, Store, TypedFunc, WasmParams};
use vellum::{WasmResults, guest};
use vellum_host_tests::engine;

/// The sizes of a page.
pub(crate) const PAGES: [u32; 2] = [65_536, 1];

pub(crate) static POOL: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();

/// The module with pages of this size.
fn module(page_size: u32) -> &'static [u8] {
    static BUILT: [OnceLock<Vec<u8>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [large, small] = &BUILT;
    // Both targets that guests are built for.
    match page_size {
        1 => small.get_or_init(|| built("kit", "wasm32-unknown-unknown", 1)),
        _ => large.get_or_init(|| built("kit", "wasm32v1-none", page_size)),
    }
}

/// The module of a guest in `host-tests/guests`.
pub(crate) fn built(name: &str, triple: &str, page_size: u32) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests").join(name);
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{page_size}"));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--target", triple, "--target-dir"]);
    cargo.arg(&target).current_dir(folder).env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.env("RUSTFLAGS", format!("-Clink-arg=--page-size={page_size}"));
    let output = cargo.output().expect("cargo starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "`cargo rig setup` installs {triple}: {text}");
    let module = target.join(triple).join("release").join(name).with_extension("wasm");
    fs::read(module).expect("it is built")
}

/// An instance of the guest, and the lines that it logs.
pub(crate) struct Kit {
    pub(crate) store: Store<Vec<String>>,
    instance: Instance,
}

impl Kit {
    pub(crate) fn new(page_size: u32) -> Self {
        let engine = engine(&POOL);
        let module = Module::new(&engine, module(page_size)).expect("it is valid");
        let mut linker = Linker::new(&engine);
        let log = |lines: &mut Vec<String>, line: &str| lines.push(line.to_owned());
        guest::add_to_linker(&mut linker, log).expect("nothing is defined");
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &module).expect("it links");
        Self { store, instance }
    }

    pub(crate) fn call<P: WasmParams, R: WasmResults>(
        &mut self,
        name: &str,
        arguments: P,
    ) -> Result<R, Error> {
        let function: TypedFunc<P, R> =
            self.instance.get_typed_func(&mut self.store, name).expect("it is exported");
        function.call(&mut self.store, arguments)
    }
}
