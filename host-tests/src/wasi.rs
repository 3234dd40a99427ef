//! A guest that passes on every call of the system interface, and a host that records what it prints.

use std::sync::{Arc, Mutex};
use vellum::wasi::{self, Clock, Errno, Stream, Wasi};
use vellum::{
    Config, Engine, Error, Instance, Linker, Memory, Module, PAGE_SIZE, PagePool, Store, Val,
    ValType,
};

/// The end of its memory.
pub const END: i64 = PAGE_SIZE as i64;
/// A pointer that leads out of it.
pub const FAULT: i32 = 21;
/// There is no such file.
pub const BADF: i32 = 8;

/// Where its memory is.
pub static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();

/// What was printed, and where.
pub type Printed = Vec<(Stream, Vec<u8>)>;

/// Records what is printed.
#[derive(Clone, Default)]
pub struct Host {
    /// What was printed.
    pub printed: Arc<Mutex<Printed>>,
    /// Whether it has clocks of its own.
    pub clock: bool,
    /// Whether it has random bytes.
    pub random: bool,
    /// Whether what is printed is lost, with an error.
    pub broken: bool,
}

impl Wasi for Host {
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno> {
        if self.broken {
            return Err(Errno::Io);
        }
        self.printed.lock().expect("nothing panics while it prints").push((stream, bytes.to_vec()));
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
pub const FUNCTIONS: [(&str, &str); 16] = [
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
pub struct Guest {
    /// The store.
    pub store: Store<Host>,
    /// The guest.
    pub instance: Instance,
}

impl Guest {
    /// A guest of one page.
    pub fn new(host: Host) -> Self {
        Self::with(host, Config::new().page_pool(&PAGES))
    }

    /// The same on an engine that is configured so.
    pub fn with(host: Host, config: &Config) -> Self {
        Self::of_memory(host, config, "1 1")
    }

    /// The same with a memory of these limits.
    ///
    /// # Panics
    ///
    /// If the engine can't have them.
    pub fn of_memory(host: Host, config: &Config, limits: &str) -> Self {
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
        let text = format!(r#"(module {imports} (memory (export "memory") {limits}) {functions})"#);
        let module = wat::parse_str(text).expect("it is the text of a module");
        let engine = Engine::new(config).expect("the configuration is valid");
        let module = Module::new(&engine, module).expect("the module is valid");
        let mut linker = Linker::new(&engine);
        wasi::add_to_linker(&mut linker).expect("the linker is empty");
        let mut store = Store::new(&engine, host);
        let instance = linker.instantiate(&mut store, &module).expect("it has its imports");
        Self { store, instance }
    }

    /// Calls a function that returns.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn call(&mut self, name: &str, arguments: &[i64]) -> i32 {
        self.try_call(name, arguments).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Calls a function, whose arguments are cast to its types.
    ///
    /// # Errors
    ///
    /// What ends the call.
    ///
    /// # Panics
    ///
    /// If there is no such function.
    pub fn try_call(&mut self, name: &str, arguments: &[i64]) -> Result<i32, Error> {
        let function = self.instance.get_func(&mut self.store, name)?;
        let ty = function.ty(&self.store)?;
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

    /// Its memory.
    ///
    /// # Panics
    ///
    /// Never: every guest exports it.
    pub fn memory(&self) -> Memory {
        self.instance.get_memory(&self.store, "memory").expect("it exports its memory")
    }

    /// Writes to its memory.
    ///
    /// # Panics
    ///
    /// If that has too few bytes.
    pub fn put(&mut self, offset: usize, bytes: &[u8]) {
        let memory = self.memory();
        memory.write(&mut self.store, offset, bytes).expect("it has so many bytes");
    }

    /// Writes a list of pointers and lengths.
    pub fn pieces(&mut self, offset: usize, pieces: &[(u32, u32)]) {
        for (index, (pointer, length)) in pieces.iter().enumerate() {
            self.put(offset + 8 * index, &pointer.to_le_bytes());
            self.put(offset + 8 * index + 4, &length.to_le_bytes());
        }
    }

    /// Reads its memory.
    ///
    /// # Panics
    ///
    /// If that has too few bytes.
    pub fn get<const N: usize>(&self, offset: usize) -> [u8; N] {
        let mut bytes = [0; N];
        self.memory().read(&self.store, offset, &mut bytes).expect("it has so many bytes");
        bytes
    }
}
