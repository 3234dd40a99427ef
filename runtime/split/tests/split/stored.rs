//! Reads a file of a main module and its parts, by nothing but the description of its form.

use crate::module;
use parser::{Parser, Payload};
use vellum_split::{SplitOptions, split};

/// The parts of a file.
pub(crate) struct Stored {
    pub(crate) part_of: Vec<u16>,
    pub(crate) parts: Vec<Vec<u8>>,
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (taken, rest) = bytes.split_first_chunk().expect("more bytes");
    *bytes = rest;
    *taken
}

impl Stored {
    pub(crate) fn read(file: &[u8]) -> Self {
        let payloads = Parser::new(0).parse_all(file).map(|payload| payload.expect("a module"));
        let sections = payloads.filter_map(|payload| match payload {
            Payload::CustomSection(section) if section.name() == "vellum.parts" => {
                Some(section.data())
            }
            _ => None,
        });
        let mut bytes = sections.last().expect("a section with the parts");
        assert_eq!(take(&mut bytes), [1], "the version");
        let functions = u32::from_le_bytes(take(&mut bytes));
        let count = u32::from_le_bytes(take(&mut bytes));
        let part_of = (0..functions).map(|_| u16::from_le_bytes(take(&mut bytes))).collect();
        let ends: Vec<_> = (0..count).map(|_| u32::from_le_bytes(take(&mut bytes))).collect();
        let starts = [0].into_iter().chain(ends.iter().copied());
        let ranges = starts.zip(&ends).map(|(start, &end)| start as usize..end as usize);
        let parts = ranges.map(|range| bytes[range].to_vec()).collect();
        assert_eq!(bytes.len(), ends.last().map_or(0, |&end| end as usize));
        Self { part_of, parts }
    }
}

#[test]
fn the_file_holds_the_main_module_and_the_parts() {
    let text = r#"(module
        (func (export "f") (long))
        (func (export "g") (call 0) (call 2))
        (func (call 1)))"#;
    let split = split(&module(text), &SplitOptions::new().part_bytes(1)).unwrap();
    assert_eq!(split.part_of(), [0, 1, 2]);
    let file = split.to_bytes().unwrap();
    assert!(file.starts_with(split.main()));
    let stored = Stored::read(&file);
    assert_eq!(
        (stored.part_of.as_slice(), stored.parts.as_slice()),
        (split.part_of(), split.parts())
    );
}
