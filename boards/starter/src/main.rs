//! The smallest firmware that runs a guest.
#![no_std]
#![no_main]

use cortex_m as _; // its critical section
use embedded_alloc::TlsfHeap;
use semihosting::println;
use vellum::{Config, Engine, Error, Linker, Module, PAGE_SIZE, PagePool, Store};

/// What the interpreter allocates: code, stacks, instances. No linear memory.
#[global_allocator]
static HEAP: TlsfHeap = TlsfHeap::empty();

/// Every linear memory of every guest: one page here.
static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

/// The guest, in flash.
static GUEST: &[u8] = include_bytes!("guest.wasm");

fn run() -> Result<i32, Error> {
    let engine = Engine::new(Config::new().page_pool(&PAGES))?;
    let module = Module::new(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "led", |on: i32| println!("led {}", on))?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), i32>(&mut store, "blink")?.call(&mut store, ())
}

#[cortex_m_rt::entry]
fn main() -> ! {
    // SAFETY: called once, before anything is allocated.
    unsafe {
        embedded_alloc::init!(HEAP, 64 * 1024);
    }
    match run() {
        Ok(blinks) => println!("{} blinks", blinks),
        Err(error) => println!("error: {}", error),
    }
    semihosting::process::exit(0)
}

/// Reading the panic's message would keep the messages of all dependencies in flash: 80 KB.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    semihosting::process::exit(101)
}
