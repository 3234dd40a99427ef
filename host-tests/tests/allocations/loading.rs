//! What loading takes from the heap before it is known whether the module is admitted.

use crate::counting::measure;
use vellum::{CompilationMode, Config, Engine, Module, Platform};
use vellum_host_tests::hostile;

/// Engines that differ in how they walk over a module.
fn engines() -> [Engine; 3] {
    let plain = Config::new();
    let mut lazy = Config::new();
    lazy.compilation_mode(CompilationMode::Lazy);
    let mut threads = Config::new();
    threads.threads(true).platform(&Platform::STD);
    [plain, lazy, threads].map(|config| Engine::new(&config).expect("the configuration is valid"))
}

/// Lists of operators that no one supports are not decoded.
#[test]
fn lists_of_unknown_operators_take_nothing() {
    let lists: Vec<_> = hostile::binaries()
        .into_iter()
        .filter(|(name, _)| name.starts_with("list-"))
        .map(|(name, bytes)| (name, &*bytes.leak()))
        .collect();
    assert_eq!(lists.len(), 7);
    for (nth, engine) in engines().iter().enumerate() {
        for (name, bytes) in &lists {
            for locked in [&[][..], &[0]] {
                let (module, taken) = measure(|| Module::with_locked(engine, *bytes, locked));
                assert!(module.is_err(), "{name}");
                assert!(taken.peak < 2048, "{name}, engine {nth}: {taken:?}");
            }
        }
    }
}
