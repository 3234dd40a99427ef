//! The end of a run.

/// All jobs went well.
pub(crate) const OK: u8 = 0;
/// A job failed, and an `error!` line has said why.
pub(crate) const FAILED: u8 = 1;
/// The firmware panicked.
pub(crate) const PANICKED: u8 = 101;
/// The processor faulted.
pub(crate) const FAULTED: u8 = 102;
/// The watchdog was not fed in time.
pub(crate) const UNFED: u8 = 103;
/// The firmware failed, and could not say how.
pub(crate) const UNSAID: u8 = 104;

/// Whether a failure restarts the chip. The emulator ends instead.
pub(crate) const RESTARTS: bool = cfg!(feature = "hardware");

/// Ends the emulator with `code` as its status; on hardware, parks the core.
pub(crate) fn exit(code: u8) -> ! {
    #[cfg(not(feature = "hardware"))]
    semihosting::process::exit(i32::from(code));
    #[cfg(feature = "hardware")]
    {
        if code != UNSAID {
            defmt::info!("end: status {}", code);
            defmt::flush();
        }
        loop {
            cortex_m::asm::wfi();
        }
    }
}
