//! The firmware's defmt frames, decoded.

use crate::functions::Functions;
use crate::used::Used;
use anyhow::{Context, Result, bail};
use defmt_decoder::log::format::{Formatter, FormatterConfig};
use defmt_decoder::{DecodeError, Frame, Locations, StreamDecoder, Table};
use defmt_parser::{Fragment, Parameter, Type};
use std::cell::OnceCell;
use std::str::FromStr;

/// What one frame is to the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// Program output, by `defmt::println!`.
    Print(String),
    /// A failure, by `defmt::error!`, its addresses with the functions they lie in.
    Error(String),
    /// What the run has used, in place of a line.
    Used(Used),
    /// Any other level, ready to be shown.
    Log(String),
    /// Bytes that are no frame of this firmware.
    Malformed,
}

/// The table that turns a firmware's frames into text.
pub(crate) struct Dictionary<'e> {
    elf: &'e [u8],
    table: Table,
    /// Where each frame comes from; reading it from debug information takes a while.
    locations: OnceCell<Locations>,
    functions: OnceCell<Functions>,
    formatter: Formatter,
}

impl<'e> Dictionary<'e> {
    /// Reads the table from a firmware's ELF file.
    pub(crate) fn of(elf: &'e [u8]) -> Result<Self> {
        let Some(table) = Table::parse(elf).context("cannot read the defmt table")? else {
            bail!("the firmware has no defmt table");
        };
        if !table.encoding().can_recover() {
            bail!("the firmware's defmt encoding can't recover from lost bytes");
        }
        let mut format = FormatterConfig::custom(if table.has_timestamp() {
            "{t} {[{L}]%bold} {s} {({ff}:{l:1})%dimmed}"
        } else {
            "{[{L}]%bold} {s} {({ff}:{l:1})%dimmed}"
        });
        format.is_timestamp_available = table.has_timestamp();
        let formatter = Formatter::new(format);
        let (locations, functions) = (OnceCell::new(), OnceCell::new());
        Ok(Self { elf, table, locations, functions, formatter })
    }

    /// A decoder for one boot's output.
    pub(crate) fn decoder(&self) -> Decoder<'_> {
        Decoder { dictionary: self, stream: self.table.new_stream_decoder() }
    }

    fn record(&self, frame: Frame<'_>) -> Record {
        match frame.level().map(|level| level.as_str()) {
            None => match used(&frame) {
                Some(used) => Record::Used(used),
                None => Record::Print(printed(&frame)),
            },
            Some("error") => Record::Error(self.with_functions(&frame)),
            Some(_) => Record::Log(self.decorated(frame)),
        }
    }

    /// The frame's text. Its lists of addresses, which only reports of crashes have, name functions.
    fn with_functions(&self, frame: &Frame<'_>) -> String {
        let mut text = String::new();
        for (fragment, shown) in frame.fragments().iter().zip(frame.display_fragments()) {
            match fragment {
                Fragment::Parameter(Parameter { ty: Type::FormatSlice, .. }) => {
                    let read = || Functions::of(self.elf).unwrap_or_default();
                    text += &self.functions.get_or_init(read).named(&shown);
                }
                _ => text += &shown,
            }
        }
        text
    }

    fn decorated(&self, frame: Frame<'_>) -> String {
        let locations =
            self.locations.get_or_init(|| self.table.get_locations(self.elf).unwrap_or_default());
        let location = locations.get(&frame.index());
        let file = location.map(|location| location.file.display().to_string());
        let line = location.and_then(|location| u32::try_from(location.line).ok());
        let module = location.map(|location| location.module.as_str());
        self.formatter.format_frame(frame, file.as_deref(), line, module)
    }
}

/// What the frame tells of the run's use. Only the firmware's own line has these words in its format.
fn used(frame: &Frame<'_>) -> Option<Used> {
    match frame.fragments().first() {
        Some(Fragment::Literal(text)) if text == Used::LINE => {
            Used::parse(&frame.display_message().to_string())
        }
        _ => None,
    }
}

/// The frame's text, its floats as Rust's `{}` has them: the decoder writes `1` as `1.0`.
fn printed(frame: &Frame<'_>) -> String {
    let mut text = String::new();
    for (fragment, shown) in frame.fragments().iter().zip(frame.display_fragments()) {
        match fragment {
            Fragment::Parameter(Parameter { ty: Type::F32, .. }) => text += &plain::<f32>(shown),
            Fragment::Parameter(Parameter { ty: Type::F64, .. }) => text += &plain::<f64>(shown),
            _ => text += &shown,
        }
    }
    text
}

fn plain<F: FromStr + ToString>(shown: String) -> String {
    shown.parse().map_or(shown, |float: F| float.to_string())
}

/// Turns a byte stream into records. Bytes of an unfinished last frame are left alone.
pub(crate) struct Decoder<'d> {
    dictionary: &'d Dictionary<'d>,
    stream: Box<dyn StreamDecoder + Send + Sync + 'd>,
}

impl Decoder<'_> {
    /// Takes bytes in; records are then read until there are none left.
    pub(crate) fn receive(&mut self, bytes: &[u8]) {
        self.stream.received(bytes);
    }

    /// The next whole record, if there is one.
    pub(crate) fn next(&mut self) -> Option<Record> {
        match self.stream.decode() {
            Ok(frame) => Some(self.dictionary.record(frame)),
            Err(DecodeError::Malformed) => Some(Record::Malformed),
            Err(DecodeError::UnexpectedEof) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn floats_are_shown_as_rust_shows_them() {
        assert_eq!(plain::<f64>("1.0".into()), "1");
        assert_eq!(plain::<f64>("1e16".into()), "10000000000000000");
        assert_eq!(plain::<f32>("0.1".into()), "0.1");
        assert_eq!(plain::<f32>("3.4028235e38".into()), f32::MAX.to_string());
        assert_eq!(plain::<f64>("NaN".into()), "NaN");
        assert_eq!(plain::<f64>("-inf".into()), "-inf");
    }
}
