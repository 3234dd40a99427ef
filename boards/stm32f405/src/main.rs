//! Firmware of the STM32F405: 1 MiB of flash, 128 KiB of RAM. Emulated as `netduinoplus2`.
#![no_std]
#![no_main]

use vellum::PagePool;
use vellum_support::{Board, Resources, chip::Chip, clock::Clock};

/// The frequency of the internal oscillator, on which the chip runs when it starts.
const FREQUENCY: u32 = 16_000_000;
const CLOCK: Clock =
    if cfg!(feature = "hardware") { Clock::cycles(FREQUENCY) } else { Clock::STM32_TIMER };

/// Pages share a region with the heap: this pool has none of its own, and leases granules of 1 KiB.
static PAGES: PagePool<[[u8; 1024]; 0]> = PagePool::new();
#[cfg(feature = "compartments")]
static COMPARTMENT: vellum::StaticBuffer<[u8; 16 * 1024]> = vellum::StaticBuffer::new();

#[cortex_m_rt::entry]
fn main() -> ! {
    let board = Board {
        name: env!("CARGO_PKG_NAME"),
        chip: Chip::stm32,
        clock: CLOCK,
        watchdog: None,
        resources: Resources {
            shares_region: true,
            #[cfg(feature = "compartments")]
            compartment: Some(&COMPARTMENT),
            ..Resources::small(&PAGES)
        },
        #[cfg(not(feature = "hardware"))]
        modules: None,
        guest: include!(concat!(env!("OUT_DIR"), "/guest.rs")),
    };
    board.run()
}
