//! What each program returns, wherever it runs.

/// The name of each program, which is that of its module, and its checksum.
pub(crate) const CHECKSUMS: [(&str, u32); 10] = [
    ("cbor", 0x4f07_3b50),
    ("deflate", 0xcca8_eec5),
    ("fft", 0x889e_68dd),
    ("image", 0x9b33_5b30),
    ("json", 0xf3c0_6bb6),
    ("position", 0x6911_bdbd),
    ("regex", 0x24af_0079),
    ("sha", 0x50aa_a2c4),
    ("shrink", 0xe992_d093),
    ("state", 0xebcf_b7e5),
];
