//! What the heap of a run is used for, by the ledger that the firmware writes.

mod calls;
mod lives;
mod purpose;
mod record;

use crate::figures::thousands;
use crate::table::Table;
use anyhow::{Context, Result};
use calls::Calls;
use lives::{Block, Lives};
use purpose::Purpose;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file of the ledger, in the emulator's working directory.
pub(crate) const FILE: &str = "heap.ledger";

/// What the heap is used for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Detail(BTreeMap<Purpose, Figures>);

/// Bytes of one purpose: with the module loaded, with its instance, at the heap's peak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Figures {
    loaded: u64,
    instantiated: u64,
    peak: u64,
    blocks_at_peak: u64,
}

impl Detail {
    /// Reads what the firmware of this ELF file has written to a folder.
    pub(crate) fn read(elf: &Path, folder: &Path) -> Result<Self> {
        let read =
            |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let (elf, ledger) = (read(elf)?, read(&folder.join(FILE))?);
        let lives = Lives::of(record::read(&ledger)?);
        let mut calls = Calls::of(&elf)?;
        let mut detail = Self::default();
        for block in &lives.blocks {
            let figures = lives.figures(block);
            if figures != Figures::default() {
                let purpose = purpose::of(&calls.to(&block.place)?);
                detail.0.entry(purpose).or_default().add(figures);
            }
        }
        Ok(detail)
    }

    fn total(&self) -> Figures {
        self.0.values().fold(Figures::default(), |mut total, figures| {
            total.add(*figures);
            total
        })
    }

    /// The table, by owner and size.
    pub(crate) fn render(&self) -> String {
        let mut table =
            Table::new(&["heap of", "for", "loaded", "instantiated", "at the peak", "in blocks"]);
        let mut row = |owner: &str, what: &str, figures: Figures| {
            let Figures { loaded, instantiated, peak, blocks_at_peak } = figures;
            let figures = [loaded, instantiated, peak, blocks_at_peak].map(thousands);
            table.row([owner.to_owned(), what.to_owned()].into_iter().chain(figures));
        };
        for (purpose, figures) in &self.0 {
            row(purpose.owner, purpose.what, *figures);
        }
        row("all", "", self.total());
        table.render()
    }

    /// The same as JSON.
    pub(crate) fn document(&self) -> Value {
        let rows = self.0.iter().map(|(purpose, figures)| {
            json!({
                "owner": purpose.owner,
                "purpose": purpose.what,
                "loaded_bytes": figures.loaded,
                "instantiated_bytes": figures.instantiated,
                "peak_bytes": figures.peak,
                "peak_blocks": figures.blocks_at_peak,
            })
        });
        rows.collect()
    }
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.loaded += other.loaded;
        self.instantiated += other.instantiated;
        self.peak += other.peak;
        self.blocks_at_peak += other.blocks_at_peak;
    }
}

impl Lives {
    /// What a block adds.
    fn figures(&self, block: &Block) -> Figures {
        let size = |time: Option<u64>| match time {
            Some(time) if block.lives(time) => u64::from(block.size),
            _ => 0,
        };
        let peak = size(self.peak);
        Figures {
            loaded: size(self.loaded),
            instantiated: size(self.instantiated),
            peak,
            blocks_at_peak: u64::from(peak > 0),
        }
    }
}
