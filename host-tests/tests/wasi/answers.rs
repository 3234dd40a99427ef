//! What a guest is told that asks for what is not there.

use vellum::{Config, Engine, Linker, Module, Store, wasi};
use vellum_host_tests::wasi::{BADF, FUNCTIONS, Guest, Host, PAGES};

const NOENT: i32 = 44;
const NOSYS: i32 = 52;
const NOTDIR: i32 = 54;
const NOTSOCK: i32 = 57;
const SPIPE: i32 = 70;

#[test]
fn streams_are_no_files_no_directories_and_no_sockets() {
    let mut guest = Guest::new(Host::default());
    for file in 0..3 {
        for (name, expected) in [
            ("fd_close", 0),
            ("fd_sync", 0),
            ("fd_datasync", 0),
            ("fd_seek", SPIPE),
            ("fd_tell", SPIPE),
            ("fd_pread", SPIPE),
            ("fd_pwrite", SPIPE),
            ("fd_advise", SPIPE),
            ("fd_allocate", SPIPE),
            ("fd_readdir", NOTDIR),
            ("fd_prestat_get", BADF),
            ("fd_prestat_dir_name", BADF),
            ("fd_filestat_set_size", 28),
            ("fd_filestat_set_times", 58),
            ("fd_fdstat_set_flags", 58),
            ("fd_fdstat_set_rights", 58),
            ("fd_renumber", 58),
            ("sock_accept", NOTSOCK),
            ("sock_recv", NOTSOCK),
            ("sock_send", NOTSOCK),
            ("sock_shutdown", NOTSOCK),
        ] {
            assert_eq!(guest.call(name, &[file, 0, 0, 0, 0, 0]), expected, "{name} {file}");
        }
    }
    assert_eq!(guest.call("proc_raise", &[6]), NOSYS);
}

#[test]
fn the_current_directory_is_empty_and_no_other_is_open() {
    let mut guest = Guest::new(Host::default());
    for (name, _) in FUNCTIONS.iter().filter(|(name, _)| name.starts_with("path_")) {
        for (file, expected) in [(1, NOTDIR), (3, NOENT), (4, BADF), (-1, BADF)] {
            let mut arguments = [0; 9];
            arguments[if *name == "path_symlink" { 2 } else { 0 }] = file;
            assert_eq!(guest.call(name, &arguments), expected, "{name} {file}");
        }
    }
    for name in ["sock_accept", "sock_recv", "sock_send", "sock_shutdown"] {
        assert_eq!(guest.call(name, &[3, 0, 0, 0, 0, 0]), BADF, "{name}");
    }
}

#[test]
fn a_stream_is_a_character_device() {
    for (version, length) in [(wasi::PREVIEW1, 64), (wasi::UNSTABLE, 56)] {
        let mut config = Config::new();
        config.page_pool(&PAGES);
        let mut guest = Guest::of_version(Host::default(), &config, "1 1", version);
        guest.put(0, &[0xFF; 72]);
        assert_eq!(guest.call("fd_filestat_get", &[2, 0]), 0);
        let mut expected = [0xFF; 72];
        expected[..length].fill(0);
        expected[16] = 2;
        assert_eq!(guest.get(0), expected);
    }
}

#[test]
fn a_linker_has_all_functions_of_both_versions_or_what_a_module_imports() {
    let engine = Engine::new(Config::new().page_pool(&PAGES)).unwrap();
    let mut store = Store::new(&engine, Host::default());
    let mut all = Linker::new(&engine);
    wasi::add_to_linker(&mut all).unwrap();
    for version in [wasi::PREVIEW1, wasi::UNSTABLE] {
        for (name, params) in FUNCTIONS {
            let found = all.get(&mut store, version, name).unwrap().unwrap();
            let ty = found.into_func().unwrap().ty(&store).unwrap();
            assert_eq!(ty.to_string(), format!("({}) -> (i32)", params.replace(' ', ", ")));
        }
        assert!(all.get(&mut store, version, "proc_exit").unwrap().is_some());
        assert!(all.get(&mut store, version, "fd_none").unwrap().is_none());
    }
    let count = all.iter(&mut store).unwrap().count();
    assert_eq!(count, 2 * (FUNCTIONS.len() + 1) + 1);

    let text = r#"(module
        (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
        (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_none" (func))
        (import "wasi" "thread-spawn" (func (param i32) (result i32)))
        (import "env" "fd_read" (func)))"#;
    let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    let mut some = Linker::new(&engine);
    some.func_wrap(wasi::PREVIEW1, "random_get", |_: i32, _: i32| 0).unwrap();
    wasi::add_imports_to_linker(&mut some, &module).unwrap();
    let names: Vec<_> = some.iter(&mut store).unwrap().map(|(_, name, _)| name).collect();
    assert_eq!(names, ["random_get", "fd_write", "thread-spawn"]);
}
