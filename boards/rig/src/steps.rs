//! The steps of the test suite, as a table: to add a check to the project, add a row.
//!
//! In a command `cargo` is the cargo in use and `rig` is this program. `{board}` and `{target}`
//! stand for what [`Step::each`] goes through. Steps run in the order of the table, in the
//! workspace's root.

/// One row.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) when: When,
    pub(crate) each: Each,
    pub(crate) command: &'static [&'static str],
    /// Environment variables for the command.
    pub(crate) environment: &'static [(&'static str, &'static str)],
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
    /// Every board that can be flashed.
    Chip,
}

const fn step(
    name: &'static str,
    when: When,
    each: Each,
    command: &'static [&'static str],
) -> Step {
    Step { name, when, each, command, environment: &[] }
}

/// The cargo of the nightly toolchain, for what only it has. Steps that begin so are skipped on a
/// computer without it, and fail in continuous integration.
pub(crate) const MIRI: &[&str] = &["rustup", "run", "nightly", "cargo", "miri"];

/// The table.
pub(crate) const STEPS: &[Step] = &[
    step("format", When::Everyday, Each::Once, &["cargo", "fmt", "--all", "--", "--check"]),
    step(
        "lints",
        When::Everyday,
        Each::Once,
        &["cargo", "clippy", "--all-targets", "--", "-D", "warnings"],
    ),
    step("host tests", When::Everyday, Each::Once, &["cargo", "test"]),
    step("demo", When::Everyday, Each::DefaultBoard, &["rig", "demo", "--board", "{board}"]),
    step("demo", When::All, Each::Board, &["rig", "demo", "--board", "{board}"]),
    step(
        "firmware lints",
        When::All,
        Each::Board,
        &[
            "cargo",
            "clippy",
            "--release",
            "-p",
            "vellum-support",
            "-p",
            "{board}",
            "--target",
            "{target}",
            "--",
            "-D",
            "warnings",
        ],
    ),
    step(
        "hardware lints",
        When::All,
        Each::Chip,
        &[
            "cargo",
            "clippy",
            "--release",
            "-p",
            "{board}",
            "--features",
            "hardware",
            "--target",
            "{target}",
            "--",
            "-D",
            "warnings",
        ],
    ),
    step("image", When::All, Each::Chip, &["rig", "build", "--board", "{board}"]),
    step("sizes", When::All, Each::Once, &["rig", "sizes", "--check"]),
    step("bench", When::All, Each::Once, &["rig", "bench", "--check"]),
    Step {
        name: "documentation",
        when: When::All,
        each: Each::Once,
        command: &["cargo", "doc", "--no-deps"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
    },
    step(
        "Miri memory-core",
        When::All,
        Each::Once,
        &["rustup", "run", "nightly", "cargo", "miri", "test", "-p", "vellum-memory"],
    ),
];
