//! The calls that lead to a place in a firmware, inlined ones among them.

use super::record::Place;
use crate::symbol;
use addr2line::LookupResult;
use anyhow::{Context, Result};
use gimli::{
    BaseAddresses, CfaRule, CieOrFde, DebugFrame, Dwarf, EndianSlice, FrameDescriptionEntry,
    LittleEndian, Register, RegisterRule, SectionId, UnwindContext, UnwindSection as _,
};
use object::read::elf::ElfFile32;
use object::{Endianness, Object as _, ObjectSection as _};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

type Reader<'e> = EndianSlice<'e, LittleEndian>;

const R7: usize = 7;
const SP: usize = 13;
const LR: usize = 14;
/// Registers that a function leaves as they are.
const KEPT: std::ops::RangeInclusive<usize> = 4..=11;
/// Most calls that are followed.
const DEEPEST: usize = 48;

/// A function that was under way, by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call(pub(super) String);

/// What the debug information of an ELF file tells of calls.
pub(super) struct Calls<'e> {
    sections: DebugFrame<Reader<'e>>,
    /// How to leave functions, by their first address.
    frames: BTreeMap<u64, FrameDescriptionEntry<Reader<'e>>>,
    lines: addr2line::Context<Reader<'e>>,
    known: HashMap<u64, Rc<[Call]>>,
}

impl<'e> Calls<'e> {
    /// Reads the debug information of an ELF file.
    pub(super) fn of(elf: &'e [u8]) -> Result<Self> {
        let file = ElfFile32::<Endianness>::parse(elf).context("cannot understand the firmware")?;
        let section = |name: &str| {
            let section = file.section_by_name(name);
            EndianSlice::new(
                section.and_then(|it| it.data().ok()).unwrap_or_default(),
                LittleEndian,
            )
        };
        let dwarf = Dwarf::load(|id: SectionId| Ok::<_, gimli::Error>(section(id.name())))?;
        let lines = addr2line::Context::from_dwarf(dwarf)?;
        let mut sections = DebugFrame::from(section(SectionId::DebugFrame.name()));
        sections.set_address_size(4);
        let (bases, mut frames) = (BaseAddresses::default(), BTreeMap::new());
        let mut entries = sections.entries(&bases);
        while let Some(entry) = entries.next()? {
            if let CieOrFde::Fde(partial) = entry {
                let frame = partial.parse(|_, bases, at| sections.cie_from_offset(bases, at))?;
                frames.insert(frame.initial_address(), frame);
            }
        }
        Ok(Self { sections, frames, lines, known: HashMap::new() })
    }

    /// The calls that lead to `place`, the innermost first, as far as they can be followed.
    pub(super) fn to(&mut self, place: &Place) -> Result<Vec<Call>> {
        let mut calls = Vec::new();
        for address in self.addresses(place) {
            let here = match self.known.get(&address) {
                Some(known) => Rc::clone(known),
                None => self.at(address)?,
            };
            calls.extend(here.iter().cloned());
            self.known.insert(address, here);
        }
        Ok(calls)
    }

    /// The functions at an address: those that are inlined there, and the one they are inlined in.
    fn at(&self, address: u64) -> Result<Rc<[Call]>> {
        let mut calls = Vec::new();
        let found = self.lines.find_frames(address);
        let mut frames = match found {
            LookupResult::Output(frames) => frames?,
            LookupResult::Load { .. } => return Ok(calls.into()),
        };
        while let Some(frame) = frames.next()? {
            let name = frame.function.as_ref().and_then(|function| function.raw_name().ok());
            calls.extend(name.map(|name| Call(symbol::plain(&name))));
        }
        Ok(calls.into())
    }

    /// The addresses of the calls, the innermost first.
    fn addresses(&self, place: &Place) -> Vec<u64> {
        let mut addresses = vec![u64::from(place.pc & !1)];
        let mut registers = [None; 16];
        registers[R7] = Some(place.r7);
        registers[SP] = Some(place.sp);
        while let (Some(&address), true) = (addresses.last(), addresses.len() < DEEPEST) {
            let Some(caller) = self.leave(&mut registers, address, place) else { break };
            addresses.push(caller);
        }
        addresses
    }

    /// Leaves the function at an address: gives that of the call.
    fn leave(&self, registers: &mut [Option<u32>; 16], address: u64, place: &Place) -> Option<u64> {
        let (_, function) = self.frames.range(..=address).next_back()?;
        let (mut context, bases) = (UnwindContext::new(), BaseAddresses::default());
        let row =
            function.unwind_info_for_address(&self.sections, &bases, &mut context, address).ok()?;
        let CfaRule::RegisterAndOffset { register, offset } = *row.cfa() else { return None };
        let base = (*registers.get(usize::from(register.0))?)?;
        let end = u32::try_from(i64::from(base) + offset).ok()?;
        let word = |offset: i64| {
            let address = u32::try_from(i64::from(end) + offset).ok()?;
            let at = address.checked_sub(place.sp)? as usize / size_of::<u32>();
            place.stack.get(at).copied()
        };
        let saved = |register: usize| match row.register(Register(u16::try_from(register).ok()?)) {
            Some(RegisterRule::Offset(offset)) => word(offset),
            _ => None,
        };
        let caller = saved(LR)?;
        for register in KEPT {
            let value = saved(register);
            if let (Some(place), Some(value)) = (registers.get_mut(register), value) {
                *place = Some(value);
            }
        }
        registers[SP] = Some(end);
        u64::from(caller & !1).checked_sub(1)
    }
}
