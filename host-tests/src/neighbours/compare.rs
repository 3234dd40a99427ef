//! A module of cases on both sides.

use super::{
    case::{Case, module},
    ours::{OurRun, Way},
    outcome::{Outcome, Run, list},
    state::{WHOLE, WINDOWS, states},
    theirs::Theirs,
    ty::{Ty, Value, argument},
};
use std::{error::Error, fmt};

/// Calls of each function.
pub const CALLS: usize = 8;

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
/// If the module is not valid.
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
    let found = match OurRun::start(way, &bytes) {
        Ok(mut ours) => run_both(&mut ours, &mut theirs, cases, calls),
        Err(outcome) => Some(Found {
            number: 0,
            arguments: Vec::new(),
            ours: outcome,
            theirs: Outcome::Values(Vec::new()),
        }),
    };
    Ok(found.map(|Found { number, arguments, ours, theirs }| {
        let text = cases.get(number).map_or_else(String::new, |case| case.text(number));
        Difference { text, way, arguments, ours, theirs }
    }))
}

/// Where two instances do not agree.
struct Found {
    number: usize,
    arguments: Vec<Value>,
    ours: Outcome,
    theirs: Outcome,
}

/// Makes all calls on both instances, until they do not agree.
fn run_both(
    ours: &mut dyn Run,
    theirs: &mut dyn Run,
    cases: &[Case],
    calls: &mut u64,
) -> Option<Found> {
    for (number, case) in cases.iter().enumerate() {
        for arguments in arguments(case) {
            let one = ours.call(number, &arguments, &case.results);
            let other = theirs.call(number, &arguments, &case.results);
            *calls += 1;
            if !(one.agrees(&other) || case.nan_bits && near(&one, &other)) {
                return Some(Found { number, arguments, ours: one, theirs: other });
            }
            if case.effects
                && let Some((ours, theirs)) = states(ours, theirs, case.nan_bits, &WINDOWS)
            {
                return Some(Found { number, arguments, ours, theirs });
            }
        }
    }
    let number = cases.len().saturating_sub(1);
    let (ours, theirs) = states(ours, theirs, false, &WHOLE)?;
    Some(Found { number, arguments: Vec::new(), ours, theirs })
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

#[cfg(test)]
mod tests {
    use super::{super::Theirs, Case, Found, Ty, arguments, module, run_both};

    fn case(body: &str, params: &[Ty], results: &[Ty]) -> Case {
        let (params, results) = (params.to_vec(), results.to_vec());
        Case { params, results, body: body.to_owned(), effects: true, ..Case::default() }
    }

    /// Runs different functions, as if one runtime took them for another.
    fn found(one: &Case, other: &Case) -> Option<Found> {
        let theirs = Theirs::new().unwrap();
        let run = |case: &Case| {
            let text = module(std::slice::from_ref(case));
            theirs.start(&wat::parse_str(text).unwrap()).unwrap()
        };
        run_both(&mut run(one), &mut run(other), std::slice::from_ref(one), &mut 0)
    }

    #[test]
    fn what_is_the_same_does_not_differ() {
        let add = case("local.get $p0 local.get $p1 i32.add", &[Ty::I32; 2], &[Ty::I32]);
        assert!(found(&add, &add).is_none());
    }

    #[test]
    fn values_are_compared() {
        let add = case("local.get $p0 local.get $p1 i32.add", &[Ty::I32; 2], &[Ty::I32]);
        let or = Case { body: add.body.replace("add", "or"), ..add.clone() };
        let found = found(&add, &or).unwrap();
        assert_ne!(found.ours, found.theirs);
        assert_eq!(found.arguments.len(), 2);
    }

    #[test]
    fn traps_are_compared() {
        let zero = case("i32.const 1 i32.const 0 i32.div_u", &[], &[Ty::I32]);
        let unreachable = Case { body: "unreachable".to_owned(), ..zero.clone() };
        let found = found(&zero, &unreachable).unwrap();
        assert_eq!(found.ours.to_string(), "trap: integer divide by zero");
        assert_eq!(found.theirs.to_string(), "trap: unreachable");
    }

    #[test]
    fn memories_and_globals_are_compared() {
        for [one, other] in [
            [
                "local.get $p0 i32.const 7 i32.store8 $m0",
                "local.get $p0 i32.const 8 i32.store8 $m0",
            ],
            ["i32.const 131071 i32.const 7 i32.store8 $m1", "nop"],
            ["local.get $p0 global.set $gi", "nop"],
            ["i32.const 2 ref.null func table.set $t", "nop"],
            ["i32.const 1 memory.grow $m1 drop", "nop"],
        ] {
            let one = case(one, &[Ty::I32], &[]);
            let other = Case { body: other.to_owned(), ..one.clone() };
            assert!(found(&one, &other).is_some(), "{}", one.body);
        }
    }

    #[test]
    fn a_signalling_nan_is_not_a_quiet_one() {
        let moved = case("local.get $p0", &[Ty::F32], &[Ty::F32]);
        let made = Case { body: "local.get $p0 f32.const 1 f32.mul".to_owned(), ..moved.clone() };
        let nan = |found: &Found| found.arguments[0].nan();
        assert_eq!(nan(&found(&moved, &made).unwrap()), Some(false));
    }

    #[test]
    fn the_first_arguments_are_zeros_and_later_ones_differ() {
        let case = case("", &[Ty::I32, Ty::I32], &[]);
        let lists = arguments(&case);
        assert!(lists[0].iter().all(|value| value.bits == 0));
        assert!(lists.iter().any(|list| list[0] != list[1]));
        let every = arguments(&Case { every: true, ..case });
        assert_eq!(every.len(), Ty::I32.all().count().pow(2));
    }
}
