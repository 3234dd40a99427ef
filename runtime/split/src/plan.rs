//! Which functions stay in the main module, and which parts the others go to.

use crate::error::SplitError;
use crate::options::SplitOptions;
use crate::order::depth_first;
use crate::references::References;
use crate::source::Source;
use std::collections::BTreeSet;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{ElementSection, GlobalSection, TableSection};

/// A leaf with no more bytes than this stays: a stub is no smaller.
const SMALL: usize = 12;

/// Where a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the main module.
    Main,
    /// In a part.
    Part {
        /// Its number among the functions that are split off.
        number: u32,
        part: u16,
    },
}

/// Where all functions go.
pub(crate) struct Plan {
    places: Vec<Place>,
    /// The functions of each part, in the order of their numbers.
    pub(crate) parts: Vec<Vec<u32>>,
    /// The number of functions that are split off.
    pub(crate) count: u32,
    /// The functions that are exported or start the module.
    roots: BTreeSet<u32>,
    /// The functions that references are made of.
    referenced: BTreeSet<u32>,
    /// What each function that the module defines refers to.
    references: Vec<References>,
    imported: u32,
}

impl Plan {
    pub(crate) fn of(source: &Source<'_>, options: &SplitOptions) -> Result<Self, SplitError> {
        let references: Vec<_> =
            source.bodies.iter().map(References::of).collect::<Result<_, _>>()?;
        let roots = roots(source)?;
        let mut referenced = referenced(source)?;
        let first = roots.iter().chain(&referenced).copied();
        let order = depth_first(source, &references, first);
        referenced.extend(references.iter().flat_map(|references| &references.functions));
        let mut plan = Self {
            places: vec![Place::Main; source.functions.len()],
            parts: Vec::new(),
            count: 0,
            roots: roots.into_iter().collect(),
            referenced,
            references,
            imported: source.imported_functions,
        };
        plan.fill(source, &order, options)?;
        Ok(plan)
    }

    /// Puts functions into parts.
    fn fill(
        &mut self,
        source: &Source<'_>,
        order: &[u32],
        options: &SplitOptions,
    ) -> Result<(), SplitError> {
        let mut bytes = 0;
        for &function in order {
            let length = source.body(function).map_or(0, |body| body.as_bytes().len());
            let references = self.references(function);
            let needs_main = references.segments || !references.functions.is_empty();
            if needs_main || references.calls.is_empty() && length <= SMALL {
                continue;
            }
            match self.parts.last_mut() {
                Some(part) if bytes + length <= options.part_bytes => {
                    part.push(function);
                    bytes += length;
                }
                _ => {
                    self.parts.push(vec![function]);
                    bytes = length;
                }
            }
        }
        for (part, functions) in self.parts.iter().enumerate() {
            let part = u16::try_from(part)
                .map_err(|_| SplitError::TooManyParts { parts: self.parts.len() })?;
            for &function in functions {
                self.places[function as usize] = Place::Part { number: self.count, part };
                self.count += 1;
            }
        }
        Ok(())
    }

    /// Where a function is.
    pub(crate) fn place(&self, function: u32) -> Place {
        self.places[function as usize]
    }

    /// Whether the main module refers to a function other than by calling it.
    pub(crate) fn has_handle(&self, function: u32) -> bool {
        self.roots.contains(&function) || self.referenced.contains(&function)
    }

    /// The imported functions that parts call, or may call by reference.
    pub(crate) fn called_imports(&self) -> BTreeSet<u32> {
        if self.count == 0 {
            return BTreeSet::new();
        }
        let calls = self.split_off().flat_map(|function| &self.references(function).calls);
        let all = calls.chain(&self.referenced).copied();
        all.filter(|&function| function < self.imported).collect()
    }

    /// What a function that the module defines refers to.
    pub(crate) fn references(&self, function: u32) -> &References {
        &self.references[(function - self.imported) as usize]
    }

    /// The functions that are split off, in the order of their numbers.
    pub(crate) fn split_off(&self) -> impl Iterator<Item = u32> {
        self.parts.iter().flatten().copied()
    }
}

/// The functions that are exported, and the one that starts the module.
fn roots(source: &Source<'_>) -> Result<Vec<u32>, SplitError> {
    let mut roots = Vec::new();
    for export in source.export_section.iter().flat_map(|section| section.clone()) {
        let export = export?;
        if export.kind == parser::ExternalKind::Func {
            roots.push(export.index);
        }
    }
    roots.extend(source.start);
    Ok(roots)
}

/// The functions that sections make references of.
fn referenced(source: &Source<'_>) -> Result<BTreeSet<u32>, SplitError> {
    let mut references = References::default();
    if let Some(section) = source.element_section.clone() {
        references.parse_element_section(&mut ElementSection::new(), section)?;
    }
    if let Some(section) = source.global_section.clone() {
        references.parse_global_section(&mut GlobalSection::new(), section)?;
    }
    if let Some(section) = source.table_section.clone() {
        references.parse_table_section(&mut TableSection::new(), section)?;
    }
    Ok(references.functions)
}
