//! What every guest needs: an allocator over a static buffer, and an end for panics.

use talc::{ClaimOnOom, Span, Talc, Talck, locking::AssumeUnlockable};

/// Bytes of the heap.
const SIZE: usize = 24 * 1024;

static mut HEAP: [u8; SIZE] = [0; SIZE];

// SAFETY: a guest has one thread, so that no two use the allocator at once; nothing else names `HEAP`.
#[global_allocator]
static ALLOCATOR: Talck<AssumeUnlockable, ClaimOnOom> =
    Talc::new(unsafe { ClaimOnOom::new(Span::from_array(&raw mut HEAP)) }).lock();

#[cfg(not(feature = "std"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Exports a program as `run`.
#[macro_export]
macro_rules! guest {
    ($program:ident) => {
        /// Runs the program, and returns its checksum.
        #[unsafe(no_mangle)]
        extern "C" fn run() -> u32 {
            programs::$program::run()
        }
    };
}
