//! The smallest firmware that runs a guest.
#![no_std]
#![no_main]

mod failure;

use core::mem::MaybeUninit;
use embedded_alloc::TlsfHeap;
use semihosting::println;
use vellum::{
    Config, Engine, Error, Heap, Linker, Module, PAGE_SIZE, PagePool, StaticBuffer, Store,
};

/// The firmware's own heap, which no guest can use up.
#[global_allocator]
static HEAP: Heap<TlsfHeap> = Heap::new(TlsfHeap::empty());

/// Bytes of it.
const HEAP_BYTES: usize = 16 * 1024;

/// The guest's native stack, and the heap of what the interpreter allocates for it: code, stacks,
/// instances. When either is used up, the guest ends with an error, and the firmware goes on.
static COMPARTMENT: StaticBuffer<[u8; 80 * 1024]> = StaticBuffer::new();

/// Bytes of it that are the native stack. Interrupt handlers stay on the firmware's.
const STACK_BYTES: usize = 20 * 1024;

/// Every linear memory of every guest: one page here.
static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

/// The guest, in flash.
#[cfg(not(feature = "signed"))]
static GUEST: &[u8] = include_bytes!("guest.wasm");
#[cfg(feature = "signed")]
static GUEST: &[u8] = include_bytes!("guest.signed.wasm");

/// Takes only what the holder of our key has signed, of version 1 or newer, and believes it.
#[cfg(feature = "signed")]
fn sign(config: &mut Config) -> Result<(), Error> {
    let key = vellum::PublicKey::from_bytes(include_bytes!("key.pub"))?;
    config.signed_by(key, 1);
    // SAFETY: we sign with `vellum sign`, and keep the key to ourselves.
    unsafe { config.believe_signatures() };
    Ok(())
}

fn run() -> Result<i32, Error> {
    let mut config = Config::new();
    config.page_pool(&PAGES).compartment(&COMPARTMENT, STACK_BYTES);
    #[cfg(feature = "signed")]
    sign(&mut config)?;
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, GUEST)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("env", "led", |on: i32| println!("led {}", on))?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), i32>(&mut store, "blink")?.call(&mut store, ())
}

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut BYTES: [MaybeUninit<u8>; HEAP_BYTES] = [MaybeUninit::uninit(); HEAP_BYTES];
    // SAFETY: called once, before anything is allocated; nothing else uses the bytes.
    unsafe {
        HEAP.program().init(BYTES.as_mut_ptr() as usize, HEAP_BYTES);
    }
    if let Some(peripherals) = cortex_m::Peripherals::take() {
        failure::guard_stack(&peripherals.MPU);
    }
    failure::tell_last();
    match run() {
        Ok(blinks) => println!("{} blinks", blinks),
        Err(error) => println!("error: {}", error),
    }
    semihosting::process::exit(0)
}
