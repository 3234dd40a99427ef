//! The logger: `defmt` over semihosting in the emulator, over RTT on hardware.

#[cfg(feature = "hardware")]
use defmt_rtt as _;
#[cfg(not(feature = "hardware"))]
use defmt_semihosting as _;
