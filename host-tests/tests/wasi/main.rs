//! The system interface, with guests that lie.

mod answers;
mod program;
mod sleeping;

use vellum::wasi::{self, Stream};
use vellum::{Config, Engine, Error, Linker, Module, Platform, Store, Val};
use vellum_host_tests::wasi::{BADF, END, FAULT, FUNCTIONS, Guest, Host, PAGES};

/// What was printed, in one piece.
fn printed(host: &Host) -> Vec<u8> {
    host.printed.lock().unwrap().iter().flat_map(|(_, bytes)| bytes.clone()).collect()
}

#[test]
fn pieces_are_written_in_order_to_their_stream() {
    let host = Host::default();
    let mut guest = Guest::new(host.clone());
    guest.put(100, b"abcdef");
    guest.pieces(16, &[(100, 2), (0, 0), (104, 2)]);
    assert_eq!(guest.call("fd_write", &[2, 16, 3, 8]), 0);
    assert_eq!(guest.get(8), [4, 0, 0, 0]);
    assert_eq!(printed(&host), b"abef");
    assert!(host.printed.lock().unwrap().iter().all(|(stream, _)| *stream == Stream::Error));
}

#[test]
fn how_much_was_written_may_be_told_where_the_pieces_are() {
    for at in [16, 20, 24, 28, 100, 102] {
        let host = Host::default();
        let mut guest = Guest::new(host.clone());
        guest.put(100, b"abcdef");
        guest.pieces(16, &[(100, 4), (104, 2)]);
        assert_eq!(guest.call("fd_write", &[1, 16, 2, at]), 0);
        assert_eq!(printed(&host), b"abcdef", "{at}");
        assert_eq!(guest.get(at as usize), [6, 0, 0, 0], "{at}");
    }
    let host = Host::default();
    let mut guest = Guest::new(host.clone());
    guest.pieces(16, &[(100, 4)]);
    assert_eq!(guest.call("fd_write", &[1, 16, 1, END - 3]), FAULT);
    assert_eq!(printed(&host), b"");
}

#[test]
fn no_pieces_and_empty_ones_are_nothing_but_lie_in_the_memory() {
    let far = END as u32;
    for (pieces, expected, count) in [
        (&[][..], 0, 0),
        (&[(0, 0), (100, 4)], 0, 4),
        (&[(far, 0)], 0, 0),
        (&[(100, 2), (far, 0), (104, 2)], 0, 4),
        (&[(u32::MAX, 0)], FAULT, u32::MAX),
        (&[(far + 1, 0), (100, 2)], FAULT, u32::MAX),
    ] {
        let host = Host::default();
        let mut guest = Guest::new(host.clone());
        guest.put(100, b"abcdef");
        guest.pieces(16, pieces);
        guest.put(8, &[0xFF; 4]);
        let result = guest.call("fd_write", &[1, 16, pieces.len() as i64, 8]);
        assert_eq!((result, u32::from_le_bytes(guest.get(8))), (expected, count), "{pieces:?}");
        assert_eq!(printed(&host).len(), if result == 0 { count as usize } else { 0 });
    }
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
    let faults: [(&str, &[i64]); 25] = [
        ("fd_write", &[1, 16, 1, 8]),
        ("fd_write", &[1, 24, 1, 8]),
        ("fd_write", &[1, END - 7, 1, 8]),
        ("fd_write", &[1, -1, 1, 8]),
        ("fd_write", &[1, 16, 0, END - 3]),
        ("fd_write", &[1, 16, 0, -1]),
        ("fd_read", &[0, 0, 0, END - 3]),
        ("fd_fdstat_get", &[1, END - 23]),
        ("fd_fdstat_get", &[0, -1]),
        ("fd_filestat_get", &[1, END - 63]),
        ("fd_filestat_get", &[1, -1]),
        ("args_get", &[END - 3, 0]),
        ("args_get", &[0, END - 5]),
        ("args_get", &[-1, -1]),
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
        // Later ones are as those before.
        for number in 0..values.len().pow(count.min(4)) {
            let digit = |place| values[number / values.len().pow(place % 4) % values.len()];
            let arguments: Vec<i64> = (0..count).map(digit).collect();
            let result = guest.call(name, &arguments);
            let known = [0, 8, 21, 28, 44, 52, 54, 57, 58, 70];
            assert!(known.contains(&result), "{name} {arguments:?}: {result}");
        }
    }
}

#[test]
fn there_are_three_files() {
    let mut guest = Guest::new(Host::default());
    for file in [-1, 3, 4, 0x7FFF_FFFF] {
        for (name, _) in FUNCTIONS.iter().filter(|(name, _)| name.starts_with("fd_")) {
            assert_eq!(guest.call(name, &[file, 0, 0, 0, 0]), BADF, "{name} {file}");
        }
    }
    assert_eq!(guest.call("fd_write", &[0, 0, 0, 0]), BADF);
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
fn time_is_the_embedders_or_else_the_platforms() {
    let mut guest = Guest::new(Host { clock: true, ..Host::default() });
    assert_eq!(guest.call("clock_time_get", &[0, 0, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 1 << 60);
    assert_eq!(guest.call("clock_time_get", &[1, 0, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 1077);
    assert_eq!(guest.call("clock_time_get", &[2, 0, 0]), 58);
    assert_eq!(guest.call("clock_time_get", &[9, 0, 0]), 28);
    assert_eq!(guest.call("clock_res_get", &[1, 0]), 0);
    assert_eq!(u64::from_le_bytes(guest.get(0)), 1);

    assert_eq!(Guest::new(Host::default()).call("clock_time_get", &[1, 0, 0]), 58);
    static MACHINE: Platform = Platform::ONE_CORE.with_clock(|| vellum::Nanoseconds(123));
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
