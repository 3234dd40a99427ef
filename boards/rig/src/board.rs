//! What is known about a board: the `[package.metadata.board]` table of its manifest.

use serde::Deserialize;

/// A board of this workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Board {
    /// The board's package, its binary, and what `--board` takes.
    pub(crate) name: String,
    pub(crate) facts: Facts,
}

/// The facts that a board's manifest states.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Facts {
    /// What the board is, in a few words.
    pub(crate) summary: String,
    /// The processor core, as Arm spells it.
    pub(crate) core: String,
    /// How many cores run the firmware at once.
    #[serde(default = "one")]
    pub(crate) cores: u32,
    /// The Rust target triple.
    pub(crate) target: String,
    /// Flash that an image may fill, in bytes.
    pub(crate) flash: u64,
    /// RAM that an image may use, in bytes.
    pub(crate) ram: u64,
    /// The QEMU machine; a board without one can't be emulated.
    pub(crate) qemu_machine: Option<String>,
    /// QEMU arguments besides the machine.
    #[serde(default)]
    pub(crate) qemu_args: Vec<String>,
    /// The chip as `probe-rs` calls it; a board without one can't be flashed.
    pub(crate) chip: Option<String>,
    /// Whether commands use this board when none is named.
    #[serde(default)]
    pub(crate) default: bool,
}

fn one() -> u32 {
    1
}

impl Board {
    /// Whether the emulator's time is that of the board's instructions, so that every run of a
    /// program is the same run. It runs several cores at once only in the time of the host.
    pub(crate) fn counts_instructions(&self) -> bool {
        self.facts.cores == 1
    }
}

#[cfg(test)]
mod tests {
    use super::Facts;

    #[test]
    fn optional_facts_may_be_left_out() {
        let facts: Facts = serde_json::from_str(
            r#"{"summary": "s", "core": "Cortex-M4F", "target": "t", "flash": 1, "ram": 2}"#,
        )
        .unwrap();
        assert_eq!((facts.qemu_machine, facts.chip, facts.default), (None, None, false));
        assert_eq!((facts.qemu_args.len(), facts.cores), (0, 1));
    }

    #[test]
    fn a_misspelt_fact_is_an_error() {
        let error = serde_json::from_str::<Facts>(
            r#"{"summary": "s", "core": "c", "target": "t", "flash": 1, "ram": 2, "chp": "x"}"#,
        )
        .unwrap_err();
        assert!(error.to_string().contains("chp"), "{error}");
    }
}
