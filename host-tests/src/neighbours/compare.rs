//! A module of cases on both sides.

use super::{
    case::{Case, module},
    ours::{OurRun, Way},
    outcome::{GLOBALS, MEMORIES, Outcome, Run, list},
    theirs::{TheirRun, Theirs},
    ty::{Ty, Value, argument},
};
use std::{error::Error, fmt};

/// Calls of each function.
pub const CALLS: usize = 8;

/// Where cases reach memories most: what is compared after each of them.
const WINDOWS: [(usize, usize); 4] = [(0, 160), (65_504, 128), (70_000, 96), (131_040, 32)];

/// A function on which the runtimes do not agree.
#[derive(Debug)]
pub struct Difference {
    /// The function.
    pub text: String,
    /// How this runtime ran it.
    pub way: Way,
    /// What it was called with.
    pub arguments: Vec<Value>,
    /// What this runtime made of it.
    pub ours: Outcome,
    /// What `wasmtime` made of it.
    pub theirs: Outcome,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arguments = String::new();
        list(&mut arguments, &self.arguments)?;
        let Self { text, way, ours, theirs, .. } = self;
        write!(f, "{}\n  {arguments}: {ours}; right: {theirs} [{way:?}]", text.trim_end())
    }
}

/// What was compared, and what came of it.
#[derive(Debug, Default)]
pub struct Tally {
    /// Functions.
    pub functions: u64,
    /// Calls of them.
    pub calls: u64,
    /// Those on which the runtimes do not agree, once each.
    pub differences: Vec<Difference>,
}

/// The arguments of all calls of a function.
pub fn arguments(case: &Case) -> Vec<Vec<Value>> {
    if case.every {
        let mut lists = vec![Vec::new()];
        for ty in &case.params {
            let with = |list: Vec<Value>| {
                ty.all().map(move |bits| [&list[..], &[Value { ty: *ty, bits }]].concat())
            };
            lists = lists.into_iter().flat_map(with).collect();
        }
        return lists;
    }
    let calls = if case.params.is_empty() { 1 } else { CALLS };
    let list = |call| {
        case.params.iter().enumerate().map(move |(place, ty)| argument(*ty, place, call)).collect()
    };
    (0..calls).map(list).collect()
}

/// Compares these cases in one module, and in smaller ones if they differ in that.
///
/// # Errors
///
/// If the module is none.
pub fn compare(theirs: &Theirs, cases: &[Case], way: Way) -> Result<Tally, Box<dyn Error>> {
    let mut tally = Tally { functions: cases.len() as u64, ..Tally::default() };
    narrow(theirs, cases, way, &mut tally)?;
    Ok(tally)
}

/// Compares these cases, and if they differ each half of them, down to single ones. A difference that
/// neither half shows is that of both together.
fn narrow(
    theirs: &Theirs,
    cases: &[Case],
    way: Way,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let Some(whole) = first_difference(theirs, cases, way, &mut tally.calls)? else {
        return Ok(());
    };
    let before = tally.differences.len();
    if cases.len() > 1 {
        let calls = tally.calls;
        let (first, second) = cases.split_at(cases.len() / 2);
        narrow(theirs, first, way, tally)?;
        narrow(theirs, second, way, tally)?;
        tally.calls = calls;
    }
    if tally.differences.len() == before {
        tally.differences.push(whole);
    }
    Ok(())
}

fn first_difference(
    theirs: &Theirs,
    cases: &[Case],
    way: Way,
    calls: &mut u64,
) -> Result<Option<Difference>, Box<dyn Error>> {
    let text = module(cases);
    let bytes = wat::parse_str(&text).map_err(|error| format!("{error}\n{text}"))?;
    let mut theirs = theirs.start(&bytes).map_err(|error| format!("{error:?}\n{text}"))?;
    let differs = |number: usize, arguments, ours, theirs| {
        let text = cases.get(number).map_or_else(String::new, |case| case.text(number));
        Ok(Some(Difference { text, way, arguments, ours, theirs }))
    };
    let mut ours = match OurRun::start(way, &bytes) {
        Ok(ours) => ours,
        Err(outcome) => return differs(0, Vec::new(), outcome, Outcome::Values(Vec::new())),
    };
    for (number, case) in cases.iter().enumerate() {
        for arguments in arguments(case) {
            let ours_is = ours.call(number, &arguments, &case.results);
            let theirs_is = theirs.call(number, &arguments, &case.results);
            *calls += 1;
            if !(ours_is.agrees(&theirs_is) || case.nan_bits && near(&ours_is, &theirs_is)) {
                return differs(number, arguments, ours_is, theirs_is);
            }
            if case.effects
                && let Some((ours, theirs)) = states(&mut ours, &mut theirs, case.nan_bits, &WINDOWS)
            {
                return differs(number, arguments, ours, theirs);
            }
        }
    }
    let whole = [(0, usize::MAX)];
    let last = cases.len().saturating_sub(1);
    match states(&mut ours, &mut theirs, false, &whole) {
        Some((ours, theirs)) => differs(last, Vec::new(), ours, theirs),
        None => Ok(None),
    }
}

/// Whether the values agree when bits of integers may be those of a NaN.
fn near(ours: &Outcome, theirs: &Outcome) -> bool {
    let (Outcome::Values(ours), Outcome::Values(theirs)) = (ours, theirs) else { return false };
    let float = |value: &Value| match value.ty {
        Ty::I32 => Value { ty: Ty::F32, ..*value },
        Ty::I64 => Value { ty: Ty::F64, ..*value },
        _ => *value,
    };
    ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(one, other)| one.agrees(*other) || float(one).agrees(float(other)))
}

/// The states of memories and globals, if they differ. NaNs that an operator made may be in memories:
/// such bytes are made the same.
fn states(
    ours: &mut OurRun,
    theirs: &mut TheirRun,
    nan_bits: bool,
    windows: &[(usize, usize)],
) -> Option<(Outcome, Outcome)> {
    let state = |text: String| Outcome::State(text);
    for (memory, name) in MEMORIES.iter().enumerate() {
        let (length, their_length) = (ours.length(memory), theirs.length(memory));
        if length != their_length {
            let of = |length| state(format!("{name} has {length} bytes"));
            return Some((of(length), of(their_length)));
        }
        for &(start, size) in windows {
            let size = size.min(length - start);
            let (mut one, mut other) = (vec![0; size], vec![0; size]);
            ours.read(memory, start, &mut one);
            theirs.read(memory, start, &mut other);
            let Some(at) = one.iter().zip(&other).position(|(one, other)| one != other) else {
                continue;
            };
            if nan_bits {
                ours.write(memory, start, &other);
                continue;
            }
            let of = |bytes: &[u8]| {
                let bytes = &bytes[at..bytes.len().min(at + 8)];
                state(format!("{name} at {}: {bytes:02x?}", start + at))
            };
            return Some((of(&one), of(&other)));
        }
    }
    for (global, (name, _)) in GLOBALS.iter().enumerate() {
        let (one, other) = (ours.global(global), theirs.global(global));
        if !one.agrees(other) {
            let of = |value: Value| state(format!("{name} is {value}"));
            return Some((of(one), of(other)));
        }
    }
    let (one, other) = (ours.table(), theirs.table());
    let of = |nulls: Vec<bool>| state(format!("nulls of the table: {nulls:?}"));
    (one != other).then(|| (of(one), of(other)))
}
