//! The steps of the test suite, as a table: to add a check to the project, add a row.
//!
//! In a command `cargo` is the cargo in use, `loom` the same for models, which loom runs in every
//! order of events, and `rig` is this program. Of the nightly toolchain `miri` is Miri, `miri-tree`
//! the same under the model of tree borrows, and `tsan` and `asan` are cargo with ThreadSanitizer and
//! with AddressSanitizer. `{board}` and `{target}` stand for what [`Step::each`] goes through. Steps
//! run in the workspace's root and begin in the order of the table, as far as `lanes` lets them: those
//! that take longest stand first.

/// One row.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) when: When,
    pub(crate) each: Each,
    /// Words apart by spaces.
    pub(crate) command: &'static str,
}

/// Which suite a step belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// `cargo suite` and `cargo suite --all`
    Everyday,
    /// `cargo suite --all`
    All,
}

/// What a step is repeated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Each {
    Once,
    /// The board that is used when none is named.
    DefaultBoard,
    /// Every board that can be emulated.
    Board,
    /// Every one of these with several cores.
    SeveralCores,
    /// Every board that can be flashed.
    Chip,
}

const fn everyday(name: &'static str, command: &'static str) -> Step {
    Step { name, when: When::Everyday, each: Each::Once, command }
}

const fn all(name: &'static str, each: Each, command: &'static str) -> Step {
    Step { name, when: When::All, each, command }
}

/// Environment variables of every step.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    ("RUSTDOCFLAGS", "-D warnings"),
    // Property tests read the environment; wasmi exposes its pointers.
    ("MIRIFLAGS", "-Zmiri-disable-isolation -Zmiri-permissive-provenance"),
];

/// Further environment variables of the steps that begin with this word.
pub(crate) fn environment(program: &str) -> &'static [(&'static str, &'static str)] {
    match program {
        "loom" => &[("RUSTFLAGS", "--cfg loom")],
        "miri-tree" => &[(
            "MIRIFLAGS",
            "-Zmiri-disable-isolation -Zmiri-permissive-provenance -Zmiri-tree-borrows",
        )],
        "tsan" => &[("RUSTFLAGS", "-Zsanitizer=thread")],
        "asan" => &[("RUSTFLAGS", "-Zsanitizer=address")],
        _ => &[],
    }
}

/// The table.
pub(crate) const STEPS: &[Step] = &[
    everyday("setup", "rig setup"),
    all("tools of guests", Each::Once, "rig setup --guests --browser"),
    everyday("format", "cargo fmt --all -- --check"),
    everyday("lints", "cargo clippy --all-targets --features vellum-rig/emulated -- -D warnings"),
    everyday("dependencies", "rig dependencies"),
    all("neighbours", Each::Once, "rig neighbours"),
    all("neighbours", Each::DefaultBoard, "rig neighbours --board {board}"),
    all(
        "numbers without an FPU",
        Each::DefaultBoard,
        "rig neighbours --board {board} --soft-float",
    ),
    all(
        "random programs",
        Each::Once,
        "cargo run --profile host -p vellum-host-tests --features differential,canaries \
         --bin programs -- --seconds 60",
    ),
    all(
        "random programs with every feature",
        Each::Once,
        "cargo run --profile host -p vellum-host-tests \
         --features differential,canaries,memory64,simd --bin programs -- --seconds 45",
    ),
    all("fuzz", Each::Once, "rig fuzz --time 10"),
    all("fuzz", Each::DefaultBoard, "rig fuzz --board {board}"),
    all("fuzz", Each::Chip, "rig fuzz --board {board} --modules 500"),
    all(
        "AddressSanitizer",
        Each::Once,
        "asan test --profile host -p vellum-host-tests --features differential,sanitized \
         --test sanitizer --test core_suite --target host-tuple",
    ),
    all(
        "AddressSanitizer random programs",
        Each::Once,
        "asan run --profile host -p vellum-host-tests --features differential --bin programs \
         --target host-tuple -- --seconds 50",
    ),
    all(
        "AddressSanitizer neighbours",
        Each::Once,
        "asan run --profile host -p vellum-host-tests --features differential --bin neighbours \
         --target host-tuple -- --every 2500",
    ),
    all(
        "ThreadSanitizer",
        Each::Once,
        "tsan test --profile host -p vellum-memory --test contention --test lock --test threads \
         --test backing --test idle --test waking -Zbuild-std --target host-tuple",
    ),
    all(
        "ThreadSanitizer runtime",
        Each::Once,
        "tsan test --profile host -p vellum-host-tests --test threads --test interruption \
         -Zbuild-std --target host-tuple",
    ),
    everyday("host tests", "cargo test --no-fail-fast"),
    everyday(
        "emulated tests",
        "cargo test -p vellum-rig --features emulated --test program emulated",
    ),
    all("demo", Each::Board, "rig demo --board {board}"),
    all("parallel", Each::DefaultBoard, "rig parallel --board {board} --time-limit 120"),
    all("parallel", Each::SeveralCores, "rig parallel --board {board} --time-limit 300"),
    all("compartments", Each::Board, "rig compartments --board {board} --time-limit 600"),
    all("programs", Each::DefaultBoard, "rig programs --board {board}"),
    all("programs", Each::Chip, "rig programs --board {board} --prepared --at-least 7"),
    all("programs in parts", Each::DefaultBoard, "rig programs --board {board} --parts"),
    all("small guests", Each::Chip, "rig parallel --board {board}"),
    all("panics", Each::Once, "cargo test -p vellum-rig --features emulated --test panics"),
    all("image", Each::Chip, "rig build --board {board}"),
    all("sizes", Each::Once, "rig sizes --check"),
    all("RAM in use", Each::Once, "rig used --check"),
    all("bench", Each::Once, "rig bench --check"),
    all("real programs", Each::Once, "rig bench --real --check"),
    all("threads suite", Each::DefaultBoard, "rig threads --board {board}"),
    all("guests", Each::Once, "cargo test -p vellum-rig --features emulated --test guests"),
    all("browser", Each::Once, "cargo test -p vellum-rig --features emulated --test browser"),
    all(
        "vellum outside",
        Each::Once,
        "cargo test -p vellum-rig --features emulated --test outside",
    ),
    all("guests in build scripts", Each::Once, "cargo test -p vellum-build --all-features"),
    all("starter", Each::Once, "cargo test -p vellum-rig --features emulated --test starter"),
    all(
        "firmware lints",
        Each::Board,
        "cargo clippy --release -p vellum-support -p {board} --target {target} -- -D warnings",
    ),
    all(
        "test firmware lints",
        Each::Board,
        "cargo clippy --release -p vellum-support -p {board} --target {target} \
         --features {board}/tests,{board}/detail,{board}/inspect -- -D warnings",
    ),
    all(
        "compartments firmware lints",
        Each::Board,
        "cargo clippy --release -p vellum-support -p {board} --target {target} \
         --features {board}/tests,{board}/compartments -- -D warnings",
    ),
    all(
        "hardware lints",
        Each::Chip,
        "cargo clippy --release -p vellum-support -p {board} --target {target} \
         --features vellum-support/hardware,{board}/hardware,{board}/backtrace -- -D warnings",
    ),
    all(
        "core suite with every feature",
        Each::Once,
        "cargo test --profile host -p vellum-host-tests --features differential,memory64,simd \
         --test core_suite",
    ),
    all(
        "differential",
        Each::Once,
        "cargo test --profile host -p vellum-host-tests --features differential --test differential \
         --test programs --test bound --test fuzz --test split --test backtraces --test optimized \
         --test imports_only --test stated_bounds",
    ),
    all(
        "fuzz targets",
        Each::Once,
        "cargo clippy --manifest-path host-tests/fuzz/Cargo.toml -- -D warnings",
    ),
    all(
        "canaries",
        Each::Once,
        "cargo test --profile host -p vellum-host-tests --features differential,canaries \
         --test canaries -- --test-threads=1",
    ),
    all(
        "lints of the module pass alone",
        Each::DefaultBoard,
        "cargo clippy --release -p vellum-prepare --no-default-features --target {target} \
         -- -D warnings",
    ),
    all(
        "lints of vellum-guest",
        Each::Once,
        "cargo clippy --release -p vellum-guest --target wasm32v1-none -- -D warnings",
    ),
    all(
        "lints of images that believe signatures",
        Each::DefaultBoard,
        "cargo clippy --release -p vellum --no-default-features --features compartments,signed \
         --target {target} -- -D warnings",
    ),
    all(
        "lints without features",
        Each::DefaultBoard,
        "cargo clippy --release -p vellum --no-default-features --target {target} -- -D warnings",
    ),
    all(
        "tests without threads",
        Each::Once,
        "cargo test -p vellum -p vellum-prepare --no-default-features --test without_threads",
    ),
    all(
        "lints without threads",
        Each::DefaultBoard,
        "cargo clippy --release -p {board} -p vellum-support --no-default-features \
         --features validate --target {target} -- -D warnings",
    ),
    all(
        "lints with every feature",
        Each::DefaultBoard,
        "cargo clippy --release -p vellum -p vellum-prepare \
         --features compartments,defmt,interruption,memory64,signed,simd \
         --target {target} -- -D warnings",
    ),
    all("documentation", Each::Once, "cargo doc --no-deps"),
    all("package", Each::Once, "rig package"),
    all(
        "firmware documentation",
        Each::DefaultBoard,
        "cargo doc --release --no-deps -p vellum-support --target {target}",
    ),
    all("loom", Each::Once, "loom test -p vellum-memory --test loom"),
    all("Miri memory-core", Each::Once, "miri test -p vellum-memory --tests"),
    all("Miri compartment", Each::Once, "miri test -p vellum-compartment --lib"),
    all("Miri heap", Each::Once, "miri test -p two-ended-heap --tests"),
    all("Miri runtime", Each::Once, "miri test -p vellum --test placement --test sharing"),
    all(
        "Miri runtime, tree borrows",
        Each::Once,
        "miri-tree test -p vellum --test placement --test sharing",
    ),
    all(
        "Miri runtime, 32 bits",
        Each::Once,
        "miri test -p vellum --test settings --target i686-unknown-linux-gnu",
    ),
];
