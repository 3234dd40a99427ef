//! What others need for the same work on the same board: the `work.wasm` module on an emulated
//! Cortex-M4F (mps2-an386), instructions counted exactly, checksums equal.

use crate::bench::MEASURES;

/// A peer's figures; `None` where there is nothing to measure.
pub(crate) struct Peer {
    /// Name, version and how it was built.
    pub(crate) name: &'static str,
    /// Bytes of flash, without an empty firmware and the module.
    pub(crate) flash: Option<u64>,
    /// Peak of the heap in bytes, without linear memory.
    pub(crate) heap: Option<u64>,
    /// Native stack in KiB while loading and while running.
    pub(crate) stack: Option<(f64, f64)>,
    /// Thousands of instructions, in the order of [`MEASURES`].
    pub(crate) instructions: [Option<u64>; MEASURES.len()],
}

/// The name of the peer that all others are compared with.
pub(crate) const NATIVE: &str = "native C, gcc -O2";

/// The name of the peer that Vellum has to match: the interpreter alone, without its memory.
pub(crate) const BEST_TRADE: &str = "wasmi 2.0.0, s, indirect + portable, wasmparser z";

impl Peer {
    /// Thousands of instructions, to calculate with.
    pub(crate) fn thousands(&self) -> [Option<f64>; MEASURES.len()] {
        self.instructions.map(|thousands| thousands.map(|thousands| thousands as f64))
    }
}

const fn peer(
    name: &'static str,
    flash: u64,
    heap: u64,
    stack: (f64, f64),
    figures: [u64; MEASURES.len()],
) -> Peer {
    let [load, fib, sieve, crc, matmul, bytecopy, bulk, host_calls, guest_calls, grow] = figures;
    let instructions = [
        Some(load),
        Some(fib),
        Some(sieve),
        Some(crc),
        Some(matmul),
        Some(bytecopy),
        Some(bulk),
        Some(host_calls),
        Some(guest_calls),
        Some(grow),
    ];
    Peer { name, flash: Some(flash), heap: Some(heap), stack: Some(stack), instructions }
}

/// The peers; the wasmi rows are built with fat LTO, one codegen unit, eager translation and the
/// features `stable` and `prefer-btree-collections`.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: NATIVE,
        flash: None,
        heap: None,
        stack: None,
        instructions: [
            None,
            Some(147),
            Some(513),
            Some(737),
            Some(94),
            Some(66),
            Some(509),
            Some(6),
            Some(4),
            None,
        ],
    },
    peer(
        "wasm3 0.9.0, -O3",
        100_992,
        9_701,
        (1.3, 2.0),
        [239, 3276, 14312, 17990, 2709, 2130, 628, 118, 92, 64],
    ),
    peer(
        "wasm3 0.9.0, -Os",
        77_136,
        9_701,
        (1.3, 2.0),
        [299, 3211, 13514, 17384, 2557, 1999, 628, 117, 107, 64],
    ),
    peer(
        "WAMR 2.4.3 fast, -O3",
        91_544,
        8_504,
        (1.4, 1.3),
        [344, 3889, 12318, 12845, 2162, 1639, 627, 373, 259, 93],
    ),
    peer(
        "WAMR 2.4.3 fast, loop only -O2",
        73_568,
        8_504,
        (1.4, 1.2),
        [426, 3692, 12318, 12845, 2162, 1639, 627, 382, 274, 93],
    ),
    peer(
        "WAMR 2.4.3 classic, -O3",
        76_480,
        7_618,
        (0.7, 1.0),
        [145, 6456, 32288, 38044, 5444, 4293, 631, 459, 290, 93],
    ),
    peer(
        "Pulley (wasmtime 48), precompiled only",
        427_268,
        18_513,
        (3.5, 0.6),
        [154, 4362, 18650, 19957, 3053, 2869, 977, 728, 907, 121],
    ),
    peer(
        "tinywasm 0.10, s",
        614_692,
        22_214,
        (4.0, 4.6),
        [540, 7303, 47488, 73877, 6886, 6703, 969, 1018, 463, 121],
    ),
    peer(
        "wasmi 2.0.0, 3, auto dispatch",
        744_384,
        15_516,
        (5.6, 0.8),
        [375, 3346, 11330, 18089, 2292, 1836, 957, 294, 545, 120],
    ),
    peer(
        "wasmi 2.0.0, 3, indirect + portable",
        710_828,
        14_169,
        (5.6, 1.6),
        [365, 2601, 9195, 13599, 1985, 1525, 956, 269, 575, 120],
    ),
    peer(
        BEST_TRADE,
        469_004,
        14_169,
        (5.3, 2.0),
        [589, 3064, 10064, 15926, 2188, 1672, 957, 336, 784, 120],
    ),
    peer(
        "wasmi 2.0.0, s, the same without validate",
        323_440,
        13_225,
        (2.9, 2.0),
        [409, 3064, 10064, 15926, 2188, 1672, 957, 336, 784, 120],
    ),
    peer(
        "wasmi 2.0.0, z, indirect + portable",
        402_224,
        14_169,
        (6.2, 1.8),
        [1116, 7414, 35908, 60836, 7176, 5819, 966, 558, 1677, 465],
    ),
];
