//! The host functions of a linker take the data of one type of store.

use vellum::{Error, Linker, Module, Store};

fn linked(linker: &Linker<u32>, store: &mut Store<u64>, module: &Module) -> Result<(), Error> {
    linker.instantiate(store, module).map(drop)
}

fn main() {}
