//! What is done.

use super::guests::{MODULES, NAMES, texts};
use crate::programs::Value;
use arbitrary::{Result, Unstructured};

/// Kinds of things that steps make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Memory,
    Table,
    Global,
    Func,
    Instance,
}

/// The number of something that was made, of a kind that the step asks for.
pub(super) type Item = usize;

/// What a table is given.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given {
    NullFunc,
    NullExtern,
    Func(Item),
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The store is dropped with all that is in it, and another takes its place.
    Reset,
    NewMemory {
        minimum: u64,
        maximum: u64,
        bytes: bool,
    },
    NewTable {
        funcs: bool,
        minimum: u32,
        maximum: u32,
        given: Given,
    },
    NewGlobal {
        value: Value,
        mutable: bool,
    },
    NewFunc(u8),
    MemorySize(Item),
    MemoryGrow(Item, u64),
    Read(Item, usize, usize),
    Write(Item, usize, Vec<u8>),
    TableSize(Item),
    TableGrow(Item, u64, Given),
    TableGet(Item, u64),
    TableSet(Item, u64, Given),
    TableFill(Item, u64, Given, u64),
    TableCopy {
        to: Item,
        to_index: u64,
        from: Item,
        from_index: u64,
        length: u64,
    },
    GlobalGet(Item),
    GlobalSet(Item, Value),
    Call(Item, Vec<Value>),
    AllowShadowing(bool),
    Define(&'static str, &'static str, Item),
    DefineInstance(&'static str, Item),
    Defined(&'static str, &'static str),
    Instantiate(usize),
    InstantiateWith(usize, Vec<Item>),
    Export(Item, &'static str),
}

impl Step {
    /// Steps that show what something is.
    pub(super) fn looks(kind: Kind, item: Item) -> Vec<Self> {
        match kind {
            Kind::Memory => vec![Self::MemorySize(item), Self::Read(item, 0, usize::MAX)],
            Kind::Table => {
                let mut looks = vec![Self::TableSize(item)];
                looks.extend((0..20).map(|index| Self::TableGet(item, index)));
                looks
            }
            Kind::Global => vec![Self::GlobalGet(item)],
            Kind::Func | Kind::Instance => Vec::new(),
        }
    }

    /// Everything that it uses.
    fn items(&self) -> Vec<Item> {
        let given = |given: &Given| match given {
            Given::Func(item) => Some(*item),
            _ => None,
        };
        match self {
            Self::NewTable { given: value, .. } => given(value).into_iter().collect(),
            Self::TableGrow(item, _, value)
            | Self::TableSet(item, _, value)
            | Self::TableFill(item, _, value, _) => {
                std::iter::once(*item).chain(given(value)).collect()
            }
            Self::TableCopy { to, from, .. } => vec![*to, *from],
            Self::InstantiateWith(_, items) => items.clone(),
            Self::MemorySize(item)
            | Self::MemoryGrow(item, _)
            | Self::Read(item, ..)
            | Self::Write(item, ..)
            | Self::TableSize(item)
            | Self::TableGet(item, _)
            | Self::GlobalGet(item)
            | Self::GlobalSet(item, _)
            | Self::Call(item, _)
            | Self::Define(_, _, item)
            | Self::DefineInstance(_, item)
            | Self::Export(item, _) => vec![*item],
            _ => Vec::new(),
        }
    }
}

/// What there is: of each thing the kind, the store, and which of the stores that were in its place.
#[derive(Default)]
pub(super) struct Known {
    items: Vec<(Kind, usize, u32)>,
    generations: [u32; super::STORES],
}

impl Known {
    pub(super) fn add(&mut self, store: usize, kind: Kind) {
        self.items.push((kind, store, self.generations[store]));
    }

    pub(super) fn reset(&mut self, store: usize) {
        self.generations[store] += 1;
    }

    fn is_of(&self, store: usize, item: Item) -> bool {
        self.items[item].1 == store && self.items[item].2 == self.generations[store]
    }

    /// Whether a step on a store uses something of another.
    pub(super) fn is_foreign(&self, store: usize, step: &Step) -> bool {
        step.items().into_iter().any(|item| !self.is_of(store, item))
    }

    /// All that is alive.
    pub(super) fn all(&self) -> impl Iterator<Item = (Item, usize, Kind)> {
        let items = self.items.iter().enumerate();
        items
            .filter(|(item, (_, store, _))| self.is_of(*store, *item))
            .map(|(item, (kind, store, _))| (item, *store, *kind))
    }

    /// Something of a kind, seldom of another store.
    fn item(&self, u: &mut Unstructured<'_>, store: usize, kind: Kind) -> Result<Option<Item>> {
        let foreign = u.ratio(1, 20)?;
        let fits =
            |item: &Item| self.items[*item].0 == kind && (foreign || self.is_of(store, *item));
        let found: Vec<Item> = (0..self.items.len()).filter(fits).collect();
        if found.is_empty() { Ok(None) } else { u.choose(&found).copied().map(Some) }
    }

    fn given(&self, u: &mut Unstructured<'_>, store: usize) -> Result<Given> {
        Ok(match u.int_in_range(0..=5)? {
            0 => Given::NullExtern,
            1 => Given::NullFunc,
            _ => self.item(u, store, Kind::Func)?.map_or(Given::NullFunc, Given::Func),
        })
    }

    fn any(&self, u: &mut Unstructured<'_>, store: usize) -> Result<Option<Item>> {
        let kind = *u.choose(&[Kind::Memory, Kind::Table, Kind::Global, Kind::Func])?;
        self.item(u, store, kind)
    }

    /// A step, if there is what it needs.
    pub(super) fn step(&self, u: &mut Unstructured<'_>, store: usize) -> Result<Option<Step>> {
        let kind = [Kind::Memory, Kind::Table, Kind::Global, Kind::Func, Kind::Instance];
        let which = u.int_in_range(0..=47)?;
        let item = match which {
            12..=19 => self.item(u, store, kind[0])?,
            20..=27 => self.item(u, store, kind[1])?,
            28..=30 => self.item(u, store, kind[2])?,
            31..=37 => self.item(u, store, kind[3])?,
            38..=41 => self.item(u, store, kind[4])?,
            42..=43 => self.any(u, store)?,
            _ => Some(0),
        };
        let Some(item) = item else { return Ok(None) };
        Ok(Some(match which {
            0 => {
                if u.ratio(1, 4)? {
                    Step::Reset
                } else {
                    return Ok(None);
                }
            }
            1..=2 => Step::NewMemory {
                minimum: u.int_in_range(0..=4)?,
                maximum: u.int_in_range(0..=4)?,
                bytes: u.ratio(1, 4)?,
            },
            3..=4 => {
                let minimum = u.int_in_range(0..=6)?;
                Step::NewTable {
                    funcs: u.ratio(4, 5)?,
                    minimum,
                    maximum: minimum + u.int_in_range(0..=4)?,
                    given: self.given(u, store)?,
                }
            }
            5 => Step::NewGlobal { value: value(u)?, mutable: u.ratio(3, 4)? },
            6..=7 => Step::NewFunc(u.int_in_range(0..=4)?),
            8..=10 => Step::Instantiate(u.choose_index(texts().len())?),
            11 => {
                let mut items = Vec::new();
                for _ in 0..u.int_in_range(0..=4)? {
                    items.extend(self.any(u, store)?);
                }
                Step::InstantiateWith(u.choose_index(texts().len())?, items)
            }
            12 => Step::MemorySize(item),
            13..=14 => Step::MemoryGrow(item, u.int_in_range(0..=3)?),
            15..=17 => Step::Read(item, address(u)?, u.int_in_range(0..=80)?),
            18..=19 => Step::Write(item, address(u)?, bytes(u)?),
            20 => Step::TableSize(item),
            21 => Step::TableGrow(item, u.int_in_range(0..=4)?, self.given(u, store)?),
            22..=23 => Step::TableGet(item, u.int_in_range(0..=9)?),
            24..=25 => Step::TableSet(item, u.int_in_range(0..=9)?, self.given(u, store)?),
            26 => Step::TableFill(
                item,
                u.int_in_range(0..=9)?,
                self.given(u, store)?,
                u.int_in_range(0..=6)?,
            ),
            27 => {
                let Some(from) = self.item(u, store, Kind::Table)? else { return Ok(None) };
                Step::TableCopy {
                    to: item,
                    to_index: u.int_in_range(0..=9)?,
                    from,
                    from_index: u.int_in_range(0..=9)?,
                    length: u.int_in_range(0..=6)?,
                }
            }
            28 => Step::GlobalGet(item),
            29..=30 => Step::GlobalSet(item, value(u)?),
            31..=37 => {
                let mut arguments = Vec::new();
                for _ in 0..u.int_in_range(0..=2)? {
                    arguments.push(if u.ratio(5, 6)? { small(u)? } else { value(u)? });
                }
                Step::Call(item, arguments)
            }
            38..=40 => Step::Export(item, u.choose(&NAMES)?),
            41 => Step::DefineInstance(u.choose(&MODULES)?, item),
            42..=43 => Step::Define(u.choose(&MODULES)?, u.choose(&NAMES[..4])?, item),
            44..=45 => Step::Defined(u.choose(&MODULES)?, u.choose(&NAMES)?),
            _ => Step::AllowShadowing(u.arbitrary()?),
        }))
    }
}

fn small(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(Value::I32(if u.ratio(3, 4)? { u.int_in_range(0..=14)? } else { u.arbitrary()? }))
}

fn value(u: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match u.int_in_range(0..=6)? {
        0..=1 => small(u)?,
        2 => Value::I64(u.arbitrary()?),
        3 => Value::F32(u.arbitrary()?),
        4 => Value::F64(u.arbitrary()?),
        5 => Value::Func(true),
        _ => Value::Extern(true),
    })
}

/// An address, often near the end of a page.
fn address(u: &mut Unstructured<'_>) -> Result<usize> {
    Ok(match u.int_in_range(0..=3)? {
        0 => u.int_in_range(0..=100)?,
        1..=2 => u.int_in_range(1..=3)? * 65_536 - u.int_in_range(0..=50)?,
        _ => u.arbitrary()?,
    })
}

fn bytes(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let length = u.int_in_range(0..=40)?;
    (0..length).map(|_| u.arbitrary()).collect()
}
