//! What the programs cost in other runtimes.

/// What a program costs in a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Instructions to load it.
    pub(crate) load: u64,
    /// Instructions to run it.
    pub(crate) run: u64,
    /// The most bytes of heap and linear memory together.
    pub(crate) ram: u64,
}

/// What other runtimes need for a program; `None` where they don't load it.
pub(crate) struct Peers {
    pub(crate) program: &'static str,
    pub(crate) wasm3: Option<Cost>,
    pub(crate) wamr: Option<Cost>,
}

/// How the peers were built, and on what they were measured. `boards/peers/` has the commands.
pub(crate) const PEERS_ARE: &str = "wasm3 0.5.0, and WAMR's fast interpreter of December 2020, with gcc 12.2 -O3, \
                                    on mps2-an386";

const fn cost(load: u64, run: u64, ram: u64) -> Option<Cost> {
    Some(Cost { load, run, ram })
}

/// As `boards/peers/measure.sh` prints them.
pub(crate) const PEERS: [Peers; 10] = [
    Peers {
        program: "cbor",
        wasm3: cost(4_552_240, 3_168_520, 177_136),
        wamr: cost(7_137_720, 3_044_600, 121_664),
    },
    Peers {
        program: "deflate",
        wasm3: cost(3_823_040, 5_730_960, 150_000),
        wamr: cost(5_509_560, 4_775_080, 106_536),
    },
    Peers {
        program: "fft",
        wasm3: cost(882_320, 14_397_920, 102_328),
        wamr: cost(1_234_320, 6_595_560, 32_760),
    },
    Peers {
        program: "image",
        wasm3: cost(1_347_000, 31_821_600, 107_136),
        wamr: cost(1_977_520, 26_875_400, 60_656),
    },
    Peers {
        program: "json",
        wasm3: cost(7_052_720, 7_483_280, 215_944),
        wamr: cost(11_140_880, 7_409_400, 157_240),
    },
    Peers {
        program: "position",
        wasm3: cost(11_684_160, 4_388_880, 267_368),
        wamr: cost(19_565_720, 3_878_160, 209_336),
    },
    Peers { program: "regex", wasm3: None, wamr: None },
    Peers {
        program: "sha",
        wasm3: cost(2_139_680, 4_053_880, 131_168),
        wamr: cost(3_219_240, 3_106_560, 51_624),
    },
    Peers {
        program: "shrink",
        wasm3: cost(810_080, 53_231_920, 102_632),
        wamr: cost(1_152_760, 40_320_520, 29_944),
    },
    Peers {
        program: "state",
        wasm3: cost(171_800, 2_280_640, 93_448),
        wamr: cost(163_960, 1_885_840, 18_848),
    },
];

impl Peers {
    /// The least of a figure, whichever peer has it.
    pub(super) fn best(&self, figure: fn(&Cost) -> u64) -> Option<f64> {
        let figures = [self.wasm3, self.wamr].into_iter().flatten();
        figures.map(|cost| figure(&cost)).min().map(|least| least as f64)
    }
}
