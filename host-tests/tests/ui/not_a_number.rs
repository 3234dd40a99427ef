//! Only numbers cross as typed arguments.

use vellum::{Error, Instance, Store};

fn called(store: &mut Store<()>, instance: Instance) -> Result<(), Error> {
    let f = instance.get_typed_func::<&str, ()>(&mut *store, "f")?;
    f.call(store, "text")
}

fn main() {}
