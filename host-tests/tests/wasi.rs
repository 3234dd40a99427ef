//! The system interface, with guests that lie.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use vellum::wasi::{self, Clock, Errno, Stream, Wasi};
use vellum::{
    Config, Engine, Error, Limit, Linker, Module, PAGE_SIZE, PagePool, Platform, Store, Val,
};

static PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();

type Printed = Vec<(Stream, Vec<u8>)>;

/// Records what is printed.
#[derive(Clone, Default)]
struct Host {
    printed: Arc<Mutex<Printed>>,
    clock: bool,
    random: bool,
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
const FUNCTIONS: [(&str, &str); 16] = [
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
struct Guest {
    store: Store<Host>,
    instance: vellum::Instance,
}

impl Guest {
    fn new(host: Host) -> Self {
        Self::with(host, Config::new().page_pool(&PAGES))
    }

    fn with(host: Host, config: &Config) -> Self {
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

    fn call(&mut self, name: &str, arguments: &[i64]) -> i32 {
        self.try_call(name, arguments).unwrap()
    }

    /// Calls a function, whose arguments are cast to its types.
    fn try_call(&mut self, name: &str, arguments: &[i64]) -> Result<i32, Error> {
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let ty = function.ty(&self.store).unwrap();
        let arguments: Vec<Val> = ty
            .params()
            .iter()
            .zip(arguments)
            .map(|(ty, value)| match ty {
                vellum::ValType::I64 => Val::I64(*value),
                _ => Val::I32(*value as i32),
            })
            .collect();
        let mut results = [Val::I32(-1)];
        function.call(&mut self.store, &arguments, &mut results)?;
        let [Val::I32(result)] = results else { panic!("an error number is an i32") };
        Ok(result)
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) {
        let memory = self.instance.get_memory(&self.store, "memory").unwrap();
        memory.write(&mut self.store, offset, bytes).unwrap();
    }

    fn pieces(&mut self, offset: usize, pieces: &[(u32, u32)]) {
        for (index, (pointer, length)) in pieces.iter().enumerate() {
            self.put(offset + 8 * index, &pointer.to_le_bytes());
            self.put(offset + 8 * index + 4, &length.to_le_bytes());
        }
    }

    fn get<const N: usize>(&self, offset: usize) -> [u8; N] {
        let memory = self.instance.get_memory(&self.store, "memory").unwrap();
        let mut bytes = [0; N];
        memory.read(&self.store, offset, &mut bytes).unwrap();
        bytes
    }
}

const END: i64 = PAGE_SIZE as i64;
const FAULT: i32 = 21;
const BADF: i32 = 8;

#[test]
fn pieces_are_written_in_order_to_their_stream() {
    let host = Host::default();
    let mut guest = Guest::new(host.clone());
    guest.put(100, b"abcdef");
    guest.pieces(16, &[(100, 2), (0, 0), (104, 2)]);
    assert_eq!(guest.call("fd_write", &[2, 16, 3, 8]), 0);
    assert_eq!(guest.get(8), [4, 0, 0, 0]);
    let printed: Vec<u8> = host.printed.lock().unwrap().iter().flat_map(|p| p.1.clone()).collect();
    assert_eq!(printed, b"abef");
    assert!(host.printed.lock().unwrap().iter().all(|(stream, _)| *stream == Stream::Error));
}

#[test]
fn a_write_takes_a_bounded_part() {
    let host = Host::default();
    let mut guest = Guest::new(host.clone());
    guest.pieces(16, &[(0, 3000), (0, 3000), (u32::MAX, 5)]);
    assert_eq!(guest.call("fd_write", &[1, 16, 3, 8]), 0);
    assert_eq!(u32::from_le_bytes(guest.get(8)), 4096);
    let total: usize = host.printed.lock().unwrap().iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(total, 4096);
    assert_eq!(guest.call("fd_write", &[1, 0, 1025, 8]), 28);
    assert_eq!(guest.call("fd_write", &[1, 0, 0xFFFF_FFFF, 8]), 28);
}

#[test]
fn pointers_out_of_the_memory_are_faults() {
    let mut guest = Guest::new(Host { random: true, clock: true, ..Host::default() });
    guest.pieces(16, &[(END as u32 - 1, 2)]);
    guest.pieces(24, &[(u32::MAX, u32::MAX)]);
    let faults: [(&str, &[i64]); 20] = [
        ("fd_write", &[1, 16, 1, 8]),
        ("fd_write", &[1, 24, 1, 8]),
        ("fd_write", &[1, END - 7, 1, 8]),
        ("fd_write", &[1, -1, 1, 8]),
        ("fd_write", &[1, 16, 0, END - 3]),
        ("fd_write", &[1, 16, 0, -1]),
        ("fd_read", &[0, 0, 0, END - 3]),
        ("fd_fdstat_get", &[1, END - 23]),
        ("fd_fdstat_get", &[0, -1]),
        ("args_sizes_get", &[END, 0]),
        ("args_sizes_get", &[0, -1]),
        ("environ_sizes_get", &[END - 3, 0]),
        ("environ_sizes_get", &[0, END]),
        ("clock_time_get", &[1, 0, END - 7]),
        ("clock_time_get", &[0, -1, -1]),
        ("clock_res_get", &[1, END - 7]),
        ("random_get", &[0, END + 1]),
        ("random_get", &[END, 1]),
        ("random_get", &[-1, -1]),
        ("random_get", &[1, -1]),
    ];
    for (name, arguments) in faults {
        assert_eq!(guest.call(name, arguments), FAULT, "{name} {arguments:?}");
    }
}

#[test]
fn anything_at_all_is_answered() {
    let mut guest = Guest::new(Host { random: true, clock: true, ..Host::default() });
    let values = [0, 1, 2, 3, END - 8, END - 1, END, 0x7FFF_FFFF, 0x8000_0000, -1];
    for (name, params) in FUNCTIONS {
        let count = params.split_whitespace().count() as u32;
        for number in 0..values.len().pow(count) {
            let digit = |place| values[number / values.len().pow(place) % values.len()];
            let arguments: Vec<i64> = (0..count).map(digit).collect();
            let result = guest.call(name, &arguments);
            assert!([0, 8, 21, 28, 58, 70].contains(&result), "{name} {arguments:?}: {result}");
        }
    }
}

#[test]
fn there_are_three_files() {
    let mut guest = Guest::new(Host::default());
    for file in [-1, 3, 4, 0x7FFF_FFFF] {
        for (name, _) in FUNCTIONS.iter().filter(|(name, _)| name.starts_with("fd_")) {
            assert_eq!(guest.call(name, &[file, 0, 0, 0]), BADF, "{name} {file}");
        }
    }
    assert_eq!(guest.call("fd_write", &[0, 0, 0, 0]), BADF);
    assert_eq!(guest.call("fd_prestat_get", &[1, 0]), BADF);
    assert_eq!(guest.call("fd_seek", &[1, 0, 0, 0]), 70);
    assert_eq!(guest.call("fd_close", &[2]), 58);
    guest.put(0, &[0xFF; 24]);
    assert_eq!(guest.call("fd_read", &[0, 0, 0, 0]), 0);
    assert_eq!(guest.get(0), [0; 4]);
    // A character device without the right to seek: a terminal, written line by line.
    assert_eq!(guest.call("fd_fdstat_get", &[1, 0]), 0);
    assert_eq!(guest.get(0), [2, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(u64::from_le_bytes(guest.get(8)), 1 << 6);
    assert_eq!(u64::from_le_bytes(guest.get(16)), 0);
}

#[test]
fn there_are_no_arguments_and_no_environment() {
    let mut guest = Guest::new(Host::default());
    for name in ["args", "environ"] {
        guest.put(0, &[0xFF; 8]);
        assert_eq!(guest.call(&format!("{name}_sizes_get"), &[0, 4]), 0);
        assert_eq!(guest.get(0), [0; 8]);
        assert_eq!(guest.call(&format!("{name}_get"), &[-1, -1]), 0);
    }
}

#[test]
fn time_is_the_embedders_or_else_the_platforms() {
    let mut guest = Guest::new(Host { clock: true, ..Host::default() });
    assert_eq!(guest.call("clock_time_get", &[0, 0, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 1 << 60);
    assert_eq!(guest.call("clock_time_get", &[1, 0, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 77);
    assert_eq!(guest.call("clock_time_get", &[2, 0, 0]), 58);
    assert_eq!(guest.call("clock_time_get", &[9, 0, 0]), 28);
    assert_eq!(guest.call("clock_res_get", &[1, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 1);

    assert_eq!(Guest::new(Host::default()).call("clock_time_get", &[1, 0, 0]), 58);
    static MACHINE: Platform = Platform::ONE_CORE.with_clock(|| 123);
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&MACHINE);
    let mut guest = Guest::with(Host::default(), &config);
    assert_eq!(guest.call("clock_time_get", &[1, 0, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 123);
}

#[test]
fn random_bytes_are_the_embedders() {
    let mut guest = Guest::new(Host { random: true, ..Host::default() });
    assert_eq!(guest.call("random_get", &[1, 2]), 0);
    assert_eq!(guest.get(0), [0, 0xA5, 0xA5, 0]);
    assert_eq!(Guest::new(Host::default()).call("random_get", &[1, 2]), 52);
}

#[test]
fn printing_costs_fuel() {
    let mut config = Config::new();
    config.page_pool(&PAGES).consume_fuel(true);
    let mut guest = Guest::with(Host::default(), &config);
    guest.store.set_fuel(50).unwrap();
    let write = guest.instance.get_func(&mut guest.store, "fd_write").unwrap();
    let arguments = [Val::I32(1), Val::I32(0), Val::I32(0), Val::I32(0)];
    let error = write.call(&mut guest.store, &arguments, &mut [Val::I32(0)]).unwrap_err();
    assert!(matches!(error, Error::OutOfFuel), "{error}");
}

#[test]
fn a_guest_without_a_memory_is_stopped() {
    let engine = Engine::new(Config::new().page_pool(&PAGES)).unwrap();
    let text = r#"(module
        (import "wasi_snapshot_preview1" "random_get" (func $f (param i32 i32) (result i32)))
        (func (export "f") (result i32) (call $f (i32.const 0) (i32.const 0))))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut linker = Linker::new(&engine);
    wasi::add_to_linker(&mut linker).unwrap();
    let mut store = Store::new(&engine, Host::default());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    let function = instance.get_typed_func::<(), i32>(&mut store, "f").unwrap();
    let error = function.call(&mut store, ()).unwrap_err();
    assert_eq!(error.to_string(), r#"unknown export: "memory""#);
    assert!(matches!(wasi::add_to_linker(&mut linker), Err(Error::DuplicateDefinition { .. })));
}

/// A wait for a clock, in the layout of the interface.
fn subscription(user: u64, kind: u8, of: u32, time: u64, absolute: bool) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..8].copy_from_slice(&user.to_le_bytes());
    bytes[8] = kind;
    bytes[16..20].copy_from_slice(&of.to_le_bytes());
    bytes[24..32].copy_from_slice(&time.to_le_bytes());
    bytes[40] = absolute.into();
    bytes
}

/// A clock that goes on by a microsecond whenever it is looked at.
fn counting() -> u64 {
    static NOW: AtomicU64 = AtomicU64::new(0);
    NOW.fetch_add(1000, Ordering::Relaxed)
}

static COUNTING: Platform = Platform::ONE_CORE.with_clock(counting);

#[test]
fn a_guest_sleeps_until_the_first_event() {
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&COUNTING).threads(true);
    let mut guest = Guest::with(Host::default(), &config);
    guest.put(0, &subscription(5, 0, 1, 2_000_000, false));
    guest.put(48, &subscription(6, 0, 1, 1_000_000, false));
    guest.put(96, &subscription(7, 2, 1, 0, false));
    let start = counting();
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 2, 300]), 0);
    let slept = counting() - start;
    assert!((1_000_000..1_100_000).contains(&slept), "{slept}");
    assert_eq!(u32::from_le_bytes(guest.get(300)), 1);
    assert_eq!(u64::from_le_bytes(guest.get(200)), 6);
    assert_eq!(guest.get(208), [0, 0, 0, 0]);

    // What is ready already needs no sleep.
    let start = counting();
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 3, 300]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(200)), 7);
    assert_eq!(guest.get(208), [0, 0, 2, 0]);
    guest.put(0, &subscription(8, 0, 1, start, true));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 0);
    assert!(counting() - start < 100_000);
}

#[test]
fn a_guest_sleeps_no_longer_than_it_may() {
    let mut config = Config::new();
    config.page_pool(&PAGES).platform(&COUNTING).threads(true);
    config.max_wait(Duration::from_millis(1));
    let mut guest = Guest::with(Host::default(), &config);
    guest.put(0, &subscription(5, 0, 1, 1_000_000, false));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 0);
    guest.put(0, &subscription(5, 0, 1, 1_000_001, false));
    let start = counting();
    let Error::LimitExceeded(exceeded) =
        guest.try_call("poll_oneoff", &[0, 200, 1, 300]).unwrap_err()
    else {
        panic!("there is a limit");
    };
    assert_eq!((exceeded.limit, exceeded.maximum), (Limit::Wait, 1_000_000));
    assert_eq!(exceeded.found, 1_000_001);
    assert!(counting() - start < 100_000);
}

#[test]
fn not_every_wait_is_possible() {
    let mut guest = Guest::new(Host { clock: true, ..Host::default() });
    guest.put(0, &subscription(5, 0, 1, 1, false));
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), 58);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 0, 300]), 28);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 65, 300]), 28);
    assert_eq!(guest.call("poll_oneoff", &[END - 47, 200, 1, 300]), FAULT);
    guest.put(0, &subscription(5, 2, 1, 0, false));
    assert_eq!(guest.call("poll_oneoff", &[0, END - 31, 1, 300]), FAULT);
    assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, -1]), FAULT);
    for (kind, of, result) in [(1, 1, BADF), (2, 0, BADF), (3, 0, 28), (1, 0, 0)] {
        guest.put(0, &subscription(5, kind, of, 0, false));
        assert_eq!(guest.call("poll_oneoff", &[0, 200, 1, 300]), result, "{kind} {of}");
    }
}
