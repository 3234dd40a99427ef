//! Firmware of the emulated Cortex-M4F board `mps2-an386`: 4 MiB of flash, 4 MiB of RAM.
#![no_std]
#![no_main]

use vellum::{ModuleLimits, PAGE_SIZE, PagePool, StaticBuffer};
use vellum_support::{Board, Resources, chip::Chip, clock::Clock, watchdog::Watchdog};

static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
#[cfg(feature = "compartments")]
static COMPARTMENT: StaticBuffer<[u8; 96 * 1024]> = StaticBuffer::new();
static MODULES: StaticBuffer<[u8; 512 * 1024]> = StaticBuffer::new();

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = Board {
        name: env!("CARGO_PKG_NAME"),
        chip: Chip::mps2,
        clock: Clock::MPS2_TIMER,
        watchdog: Some(Watchdog::MPS2),
        resources: Resources {
            value_stack: 64 * 1024,
            recursion: 1024,
            threads: 7,
            module_limits: ModuleLimits::default(),
            #[cfg(feature = "compartments")]
            compartment: Some(&COMPARTMENT),
            ..Resources::small(&PAGES)
        },
        modules: Some(&MODULES),
        guest: include!(concat!(env!("OUT_DIR"), "/guest.rs")),
    };
    board.run()
}
