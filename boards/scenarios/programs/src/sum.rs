//! Checksums, and bytes to work on.

/// FNV-1a.
pub(crate) struct Sum(u32);

impl Sum {
    pub(crate) fn new() -> Self {
        Sum(0x811C_9DC5)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for &byte in bytes {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        self
    }

    pub(crate) fn number(&mut self, number: u32) -> &mut Self {
        self.bytes(&number.to_le_bytes())
    }

    pub(crate) fn value(&self) -> u32 {
        self.0
    }
}

/// Readings of a sensor: they change slowly, and a little noise is on them.
pub(crate) fn readings() -> impl Iterator<Item = u8> {
    let mut random = 0x2545_F491_u32;
    let mut value = 128_u8;
    core::iter::repeat_with(move || {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        if random.is_multiple_of(5) {
            value = value.wrapping_add((random >> 8) as u8 % 7).wrapping_sub(3);
        }
        value
    })
}
