//! Guests with a memory of their own and a page that they share.

use crate::kit::{POOL, built};
use std::sync::Arc;
use vellum::{AccessError, Error, Instance, Linker, Module, Store, zerocopy::IntoBytes};
use vellum_host_tests::engine;
use vellum_memory::{MemoryType, SharedMemory};

#[path = "../../guests/interface/src/shared.rs"]
mod shared;

use shared::Reading;

struct Page(Arc<SharedMemory>);

impl shared::Shared for Page {
    fn put(&mut self, index: u32, reading: &Reading) -> Result<(), Error> {
        Ok(self.0.write(index as usize * size_of::<Reading>(), reading.as_bytes())?)
    }

    fn get(&mut self, index: u32, reading: &mut Reading) -> Result<(), Error> {
        Ok(self.0.read(index as usize * size_of::<Reading>(), reading.as_mut_bytes())?)
    }
}

/// A guest of an engine of its own.
fn guest(page: &Arc<SharedMemory>) -> (Store<Page>, Instance) {
    let engine = engine(&POOL);
    let bytes = built("interface", "wasm32-unknown-unknown", 1);
    let module = Module::new(&engine, bytes).expect("it is valid");
    let mut linker = Linker::new(&engine);
    shared::add_to_linker(&mut linker).expect("nothing is defined");
    linker.define_unknown_imports_as_traps(&module).expect("nothing else is called");
    let mut store = Store::new(&engine, Page(page.clone()));
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    (store, instance)
}

#[test]
fn records_go_from_guest_to_guest() {
    let ty = MemoryType::builder().min(64).max(Some(64)).page_size_log2(0).build();
    let page = SharedMemory::new(&POOL, ty.expect("it is valid")).expect("there is room");
    let page = Arc::new(page);
    let (mut sensor, writer) = guest(&page);
    let (mut display, reader) = guest(&page);
    let measure = writer.get_typed_func::<(u32, f32), ()>(&mut sensor, "measure");
    let measure = measure.expect("it is there");
    let warmest = reader.get_typed_func::<u32, f32>(&mut display, "warmest").expect("it is there");
    for (index, celsius) in [(0, 20.5), (1, 22.25), (2, -3.0)] {
        measure.call(&mut sensor, (index, celsius)).expect("it runs");
    }
    assert_eq!(warmest.call(&mut display, 3).expect("it runs"), 22.25);
    measure.call(&mut sensor, (2, 30.0)).expect("it runs");
    assert_eq!(warmest.call(&mut display, 3).expect("it runs"), 30.0);
    for index in [8, u32::MAX] {
        let ended = measure.call(&mut sensor, (index, 99.0));
        let is_out = matches!(ended, Err(Error::Access(AccessError::OutOfBounds { .. })));
        assert!(is_out, "{index}: {ended:?}");
    }
    assert_eq!(warmest.call(&mut display, 3).expect("it runs"), 30.0);
}
