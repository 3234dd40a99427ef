//! The programs on public crates, in both their forms, against what they return elsewhere.

#[path = "../programs/src/checksums.rs"]
mod checksums;

use checksums::CHECKSUMS;
use std::{fs, path::Path};
use vellum_prepare::{Options, prepare_to_vec};
use vellum_scenarios::{
    host::Recorder,
    runner::{Call, Resources, run},
};

/// What a chip has for them: one page, in granules.
static PAGES: vellum::PagePool<[[u8; 1024]; 64]> = vellum::PagePool::new();

fn result(module: Vec<u8>) -> Result<Vec<String>, String> {
    let console = Recorder::default();
    let call = Call { invoke: Some("run".into()), ..Call::default() };
    let ran = run(&console, &Resources::small(&PAGES), module.into(), &call);
    ran.map(|()| console.lines()).map_err(|failure| failure.to_string())
}

#[test]
fn checksums_are_those_of_the_same_source_on_the_host() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs/modules");
    for form in ["page-65536", "page-1"] {
        for (name, checksum) in CHECKSUMS {
            let path = folder.join(form).join(name).with_extension("wasm");
            let module = fs::read(&path).unwrap();
            let expected = Ok(vec![format!("result: {}", checksum.cast_signed())]);
            let prepared = prepare_to_vec(&module, &Options::new()).unwrap();
            assert_eq!(result(module), expected, "{}", path.display());
            assert_eq!(result(prepared), expected, "{}, prepared", path.display());
        }
    }
}
