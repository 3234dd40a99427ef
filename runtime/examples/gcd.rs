//! The greatest common divisor, computed by a guest.

use vellum::{Engine, Error, Instance, Module, Store};

const GUEST: &str = r#"(module
    (func (export "gcd") (param $a i32) (param $b i32) (result i32) (local $rest i32)
        (loop $next
            (if (i32.eqz (local.get $b)) (then (return (local.get $a))))
            (local.set $rest (i32.rem_u (local.get $a) (local.get $b)))
            (local.set $a (local.get $b))
            (local.set $b (local.get $rest))
            (br $next))
        unreachable))"#;

fn main() -> Result<(), Error> {
    let engine = Engine::default();
    let module = Module::new(&engine, GUEST)?;
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[])?;
    let gcd = instance.get_typed_func::<(u32, u32), u32>(&store, "gcd")?;
    println!("gcd(6, 27) = {}", gcd.call(&mut store, (6, 27))?);
    println!("gcd(1071, 462) = {}", gcd.call(&mut store, (1071, 462))?);
    Ok(())
}
