#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus {
    vellum_fuzz::tried(env!("CARGO_BIN_NAME"), data)
});
