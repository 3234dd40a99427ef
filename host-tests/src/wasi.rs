//! A guest that passes on every call of the system interface, and a host that records what it prints.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};
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
    /// The arguments, unless the interface's own are to hold.
    pub args: Option<&'static [&'static str]>,
    /// The environment.
    pub environ: &'static [(&'static str, &'static str)],
    /// How often it was asked for the time.
    pub asked: Arc<AtomicU64>,
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
        let start = if clock == Clock::Realtime { 1 << 60 } else { 77 };
        self.clock.then(|| start + 1000 * self.asked.fetch_add(1, Ordering::Relaxed))
    }

    fn args(&self) -> impl Iterator<Item = &str> {
        self.args.unwrap_or(&["guest"]).iter().copied()
    }

    fn environ(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environ.iter().copied()
    }

    fn random(&mut self, bytes: &mut [u8]) -> Result<(), Errno> {
        if !self.random {
            return Err(Errno::NoSys);
        }
        bytes.fill(0xA5);
        Ok(())
    }
}

/// Every function by name, with its parameters, but for `proc_exit`, which alone gives no error number.
pub const FUNCTIONS: [(&str, &str); 45] = [
    ("args_get", "i32 i32"),
    ("args_sizes_get", "i32 i32"),
    ("clock_res_get", "i32 i32"),
    ("clock_time_get", "i32 i64 i32"),
    ("environ_get", "i32 i32"),
    ("environ_sizes_get", "i32 i32"),
    ("fd_advise", "i32 i64 i64 i32"),
    ("fd_allocate", "i32 i64 i64"),
    ("fd_close", "i32"),
    ("fd_datasync", "i32"),
    ("fd_fdstat_get", "i32 i32"),
    ("fd_fdstat_set_flags", "i32 i32"),
    ("fd_fdstat_set_rights", "i32 i64 i64"),
    ("fd_filestat_get", "i32 i32"),
    ("fd_filestat_set_size", "i32 i64"),
    ("fd_filestat_set_times", "i32 i64 i64 i32"),
    ("fd_pread", "i32 i32 i32 i64 i32"),
    ("fd_prestat_dir_name", "i32 i32 i32"),
    ("fd_prestat_get", "i32 i32"),
    ("fd_pwrite", "i32 i32 i32 i64 i32"),
    ("fd_read", "i32 i32 i32 i32"),
    ("fd_readdir", "i32 i32 i32 i64 i32"),
    ("fd_renumber", "i32 i32"),
    ("fd_seek", "i32 i64 i32 i32"),
    ("fd_sync", "i32"),
    ("fd_tell", "i32 i32"),
    ("fd_write", "i32 i32 i32 i32"),
    ("path_create_directory", "i32 i32 i32"),
    ("path_filestat_get", "i32 i32 i32 i32 i32"),
    ("path_filestat_set_times", "i32 i32 i32 i32 i64 i64 i32"),
    ("path_link", "i32 i32 i32 i32 i32 i32 i32"),
    ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
    ("path_readlink", "i32 i32 i32 i32 i32 i32"),
    ("path_remove_directory", "i32 i32 i32"),
    ("path_rename", "i32 i32 i32 i32 i32 i32"),
    ("path_symlink", "i32 i32 i32 i32 i32"),
    ("path_unlink_file", "i32 i32 i32"),
    ("poll_oneoff", "i32 i32 i32 i32"),
    ("proc_raise", "i32"),
    ("random_get", "i32 i32"),
    ("sched_yield", ""),
    ("sock_accept", "i32 i32 i32"),
    ("sock_recv", "i32 i32 i32 i32 i32 i32"),
    ("sock_send", "i32 i32 i32 i32 i32"),
    ("sock_shutdown", "i32 i32"),
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
        Self::of_version(host, config, limits, wasi::PREVIEW1)
    }

    /// The same that imports this version of the interface.
    ///
    /// # Panics
    ///
    /// If there is no such version.
    pub fn of_version(host: Host, config: &Config, limits: &str, version: &str) -> Self {
        let mut imports = String::new();
        let mut functions = String::new();
        for (name, params) in FUNCTIONS {
            imports += &format!(
                r#"(import "{version}" "{name}"
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
