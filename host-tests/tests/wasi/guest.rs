//! A guest that passes on every call of the system interface, and a host that records what it prints.

use std::sync::{Arc, Mutex};
use vellum::wasi::{self, Clock, Errno, Stream, Wasi};
use vellum::{
    Config, Engine, Error, Instance, Linker, Module, PAGE_SIZE, PagePool, Store, Val, ValType,
};

pub(crate) const END: i64 = PAGE_SIZE as i64;
pub(crate) const FAULT: i32 = 21;
pub(crate) const BADF: i32 = 8;

pub(crate) static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();

pub(crate) type Printed = Vec<(Stream, Vec<u8>)>;

/// Records what is printed.
#[derive(Clone, Default)]
pub(crate) struct Host {
    pub(crate) printed: Arc<Mutex<Printed>>,
    pub(crate) clock: bool,
    pub(crate) random: bool,
}

impl Wasi for Host {
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno> {
        self.printed.lock().unwrap().push((stream, bytes.to_vec()));
        Ok(())
    }

    fn now(&mut self, clock: Clock) -> Option<u64> {
        self.clock.then_some(if clock == Clock::Realtime { 1 << 60 } else { 77 })
    }

    fn random(&mut self, bytes: &mut [u8]) -> Result<(), Errno> {
        if !self.random {
            return Err(Errno::NoSys);
        }
        bytes.fill(0xA5);
        Ok(())
    }
}

/// Every function by name, with what follows `fd` in its type.
pub(crate) const FUNCTIONS: [(&str, &str); 16] = [
    ("args_get", "i32 i32"),
    ("args_sizes_get", "i32 i32"),
    ("environ_get", "i32 i32"),
    ("environ_sizes_get", "i32 i32"),
    ("clock_time_get", "i32 i64 i32"),
    ("clock_res_get", "i32 i32"),
    ("fd_write", "i32 i32 i32 i32"),
    ("fd_read", "i32 i32 i32 i32"),
    ("fd_close", "i32"),
    ("fd_seek", "i32 i64 i32 i32"),
    ("fd_fdstat_get", "i32 i32"),
    ("fd_prestat_get", "i32 i32"),
    ("fd_prestat_dir_name", "i32 i32 i32"),
    ("poll_oneoff", "i32 i32 i32 i32"),
    ("sched_yield", ""),
    ("random_get", "i32 i32"),
];

/// A store with a guest that passes on every call, and its memory.
pub(crate) struct Guest {
    pub(crate) store: Store<Host>,
    pub(crate) instance: Instance,
}

impl Guest {
    pub(crate) fn new(host: Host) -> Self {
        Self::with(host, Config::new().page_pool(&PAGES))
    }

    pub(crate) fn with(host: Host, config: &Config) -> Self {
        let mut imports = String::new();
        let mut functions = String::new();
        for (name, params) in FUNCTIONS {
            imports += &format!(
                r#"(import "wasi_snapshot_preview1" "{name}"
                    (func ${name} (param {params}) (result i32)))"#
            );
            let arguments = params.split_whitespace().enumerate();
            let arguments: String =
                arguments.map(|(index, _)| format!("(local.get {index})")).collect();
            functions += &format!(
                r#"(func (export "{name}") (param {params}) (result i32)
                    (call ${name} {arguments}))"#
            );
        }
        let text = format!(r#"(module {imports} (memory (export "memory") 1 1) {functions})"#);
        let engine = Engine::new(config).unwrap();
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut linker = Linker::new(&engine);
        wasi::add_to_linker(&mut linker).unwrap();
        let mut store = Store::new(&engine, host);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        Self { store, instance }
    }

    pub(crate) fn call(&mut self, name: &str, arguments: &[i64]) -> i32 {
        self.try_call(name, arguments).unwrap()
    }

    /// Calls a function, whose arguments are cast to its types.
    pub(crate) fn try_call(&mut self, name: &str, arguments: &[i64]) -> Result<i32, Error> {
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let ty = function.ty(&self.store).unwrap();
        let arguments: Vec<Val> = ty
            .params()
            .iter()
            .zip(arguments)
            .map(|(ty, value)| match ty {
                ValType::I64 => Val::I64(*value),
                _ => Val::I32(*value as i32),
            })
            .collect();
        let mut results = [Val::I32(-1)];
        function.call(&mut self.store, &arguments, &mut results)?;
        let [Val::I32(result)] = results else { panic!("an error number is an i32") };
        Ok(result)
    }

    pub(crate) fn put(&mut self, offset: usize, bytes: &[u8]) {
        let memory = self.instance.get_memory(&self.store, "memory").unwrap();
        memory.write(&mut self.store, offset, bytes).unwrap();
    }

    pub(crate) fn pieces(&mut self, offset: usize, pieces: &[(u32, u32)]) {
        for (index, (pointer, length)) in pieces.iter().enumerate() {
            self.put(offset + 8 * index, &pointer.to_le_bytes());
            self.put(offset + 8 * index + 4, &length.to_le_bytes());
        }
    }

    pub(crate) fn get<const N: usize>(&self, offset: usize) -> [u8; N] {
        let memory = self.instance.get_memory(&self.store, "memory").unwrap();
        let mut bytes = [0; N];
        memory.read(&self.store, offset, &mut bytes).unwrap();
        bytes
    }
}
