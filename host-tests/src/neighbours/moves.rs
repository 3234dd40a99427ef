//! Values that move all at once: into blocks and out of them, by branches and returns, to calls.

use super::{case::Case, digits::Digits, family::Family, ty::Ty};

use Ty::{F32, I32, I64};

/// Where the values go. `V` stands for the values, `W` for operands that a branch leaves behind, `C`
/// for what changes a local, `P` for parameters and `R` for results of these types, `Z` for other
/// values, `?` for a condition.
const ROUTES: [&str; 17] = [
    "V block P R C end",
    "V loop P R C end",
    "V loop P R C ? br_if 0 end",
    "V ? if P R C end",
    "V ? if P R C else end",
    "V ? if P R else C end",
    "V C ? if P R else C end",
    "block R W V C br 0 end",
    "block R block W V C br 1 end Z end",
    "block R W V C ? br_if 0 C br 0 end",
    "block R block R W V C ? br_if 1 br 0 end C end",
    "block R block R W V C local.get $p4 br_table 0 1 end drop Y end",
    "block R block R W V C local.get $p4 br_table 1 0 1 end C drop Y end",
    "block R W block R V C local.get $p4 br_table 1 0 end C br 0 end",
    "V C call $g@",
    "V C ? br_if 0",
    "V C",
];

/// What lies below the values, or is left behind by a branch.
const BELOW: [&[Source]; 7] = [
    &[],
    &[Source::First],
    &[Source::Constant],
    &[Source::Slot],
    &[Source::Register],
    &[Source::First, Source::Constant],
    &[Source::Slot, Source::Second],
];

const BETWEEN: [&[Source]; 5] = [
    &[],
    &[Source::Constant],
    &[Source::Slot],
    &[Source::Register],
    &[Source::First, Source::Slot],
];

/// Types of the first, the second and the third value.
const TYPES: [[Ty; 3]; 4] = [[I32, I32, I32], [I32, I64, I32], [I64, I64, F32], [F32, I32, I64]];

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// The first parameter of the type, which is changed.
    First,
    /// The second one.
    Second,
    Constant,
    Slot,
    Register,
    Tee,
}

impl Source {
    const ALL: [Self; 6] =
        [Self::First, Self::Second, Self::Constant, Self::Slot, Self::Register, Self::Tee];

    fn text(self, ty: Ty, constant: usize) -> String {
        let (first, second, compute) = match ty {
            I32 => ("$p0", "$p1", "i32.const 3 i32.add"),
            I64 => ("$p2", "$p5", "i64.const 3 i64.xor"),
            _ => ("$p3", "$p6", "f32.neg"),
        };
        let name = ty.name();
        match self {
            Self::First => format!("local.get {first} "),
            Self::Second => format!("local.get {second} "),
            Self::Constant => format!("{name}.const {} ", 20 + constant),
            Self::Slot => format!("local.get {second} call $id_{name} "),
            Self::Register => format!("local.get {first} {compute} "),
            Self::Tee => format!("local.get {second} {compute} local.tee {second} "),
        }
    }
}

/// All routes with all values.
#[derive(Debug)]
pub(super) struct Moves;

impl Family for Moves {
    fn name(&self) -> &'static str {
        "moves"
    }

    fn groups(&self) -> usize {
        ROUTES.len() * BELOW.len() * BETWEEN.len() * TYPES.len()
    }

    fn shapes(&self, _: usize) -> usize {
        3 * 2 * Source::ALL.len().pow(3)
    }

    fn case(&self, group: usize, shape: usize) -> Option<Case> {
        let (mut group, mut shape) = (Digits(group), Digits(shape));
        let (route, below) = (group.pick(&ROUTES), group.pick(&BELOW));
        let (between, types) = (group.pick(&BETWEEN), group.pick(&TYPES));
        if !between.is_empty() && !route.contains('W') {
            return None;
        }
        let (count, changes) = (1 + shape.next(3), shape.next(2) == 1);
        let types = &types[..count];
        let mut values = String::new();
        for (place, ty) in types.iter().enumerate() {
            values += &shape.pick(&Source::ALL).text(*ty, place);
        }
        if shape.0 > 0 {
            return None;
        }
        let list = |sources: &[Source]| -> String {
            sources.iter().enumerate().map(|(at, source)| source.text(I32, 10 + at)).collect()
        };
        let declared = |word: &str| -> String {
            types.iter().map(|ty| format!("({word} {}) ", ty.name())).collect()
        };
        let other: Vec<String> = types.iter().map(|ty| format!("{}.const 7 ", ty.name())).collect();
        let mut body = list(below);
        for word in route.split(' ') {
            body += &match word {
                "V" => values.clone(),
                "W" => list(between),
                "C" if !changes => String::new(),
                "C" => "i32.const 100 local.set $p0 ".to_owned(),
                "P" => declared("param"),
                "R" => declared("result"),
                "Z" => other.concat(),
                "Y" => other.last().cloned().unwrap_or_default(),
                "?" => "local.get $p4 i32.const 1 i32.shr_u local.tee $p4 ".to_owned(),
                word => format!("{word} "),
            };
        }
        let results: Vec<Ty> = below.iter().map(|_| I32).chain(types.iter().copied()).collect();
        let aside = format!(
            "(func $g@ {}{} {} (local i32) {})\n",
            declared("param"),
            types.iter().rev().map(|ty| format!("(result {}) ", ty.name())).collect::<String>(),
            "",
            (0..count).rev().map(|place| format!("local.get {place} ")).collect::<String>()
        );
        let calls = route.contains("$g@");
        Some(Case {
            params: vec![I32, I32, I64, F32, I32, I64, F32],
            results: match calls {
                true => below.iter().map(|_| I32).chain(types.iter().rev().copied()).collect(),
                false => results,
            },
            body,
            aside: if calls { aside } else { String::new() },
            ..Case::default()
        })
    }
}
