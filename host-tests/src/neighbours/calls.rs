//! Calls and tail calls of guests, hosts and other instances, through functions with and without
//! parameters, locals and results.

use super::{case::Case, digits::Digits, family::Family, ty::Ty};

use Ty::{I32, I64};

type Types = &'static [Ty];

/// What is called in the end: its name and its type.
const CALLEES: [(&str, Types, Types); 15] = [
    ("$host", &[], &[]),
    ("$host_i32", &[I32], &[]),
    ("$host_i64", &[I64], &[]),
    ("$env_count", &[], &[I32]),
    ("$env_i32", &[I32], &[I32]),
    ("$env_turn", &[I32, I64], &[I64, I32]),
    ("$lib_none", &[], &[]),
    ("$lib_count", &[], &[I32]),
    ("$lib_i32", &[I32], &[I32]),
    ("$lib_take", &[I64, I32], &[]),
    ("$lib_turn", &[I32, I64], &[I64, I32]),
    ("$none@", &[], &[]),
    ("$id_i32", &[I32], &[I32]),
    ("$two", &[I32], &[I32, I64]),
    ("$three@", &[I64], &[I64, I32, I64]),
];

/// How a function calls the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Direct,
    Indirect,
    Tail,
    IndirectTail,
}

impl How {
    const ALL: [Self; 4] = [Self::Direct, Self::Indirect, Self::Tail, Self::IndirectTail];

    /// The instructions, where the callee has this place in the table of the case.
    fn text(self, callee: &str, place: usize, params: &[Ty], results: &[Ty]) -> String {
        let ty = format!("{}{}", declared("param", params), declared("result", results));
        match self {
            Self::Direct => format!("call {callee}"),
            Self::Tail => format!("return_call {callee}"),
            Self::Indirect => format!("i32.const {place} call_indirect $t@ {ty}"),
            Self::IndirectTail => format!("i32.const {place} return_call_indirect $t@ {ty}"),
        }
    }
}

fn declared(word: &str, types: &[Ty]) -> String {
    types.iter().map(|ty| format!("({word} {}) ", ty.name())).collect()
}

/// Arguments, of parameters where there are some of the type, else constants.
fn arguments(wanted: &[Ty], params: &[Ty]) -> String {
    let mut text = String::new();
    for (at, ty) in wanted.iter().enumerate() {
        match params.iter().skip(at).position(|param| param == ty) {
            Some(place) => text += &format!("local.get {} ", place + at),
            None => text += &format!("{}.const {} ", ty.name(), 40 + at),
        }
    }
    text
}

/// A function between the first and the last one.
struct Middle {
    how: How,
    /// Parameters besides those of the callee.
    extra: usize,
    locals: usize,
}

/// All ways from a function to another.
#[derive(Debug)]
pub(super) struct Calls;

impl Family for Calls {
    fn name(&self) -> &'static str {
        "chains"
    }

    fn groups(&self) -> usize {
        CALLEES.len() * How::ALL.len() * How::ALL.len()
    }

    fn shapes(&self, _: usize) -> usize {
        // Of the middle, whether there is a second one, of the first, and what lies below.
        3 * 3 * 3 * 3 * 3 * 4
    }

    fn module_size(&self) -> usize {
        // Each has a table of its own, of which a module has 100 at most.
        64
    }

    fn has_tail_calls(&self) -> bool {
        true
    }

    fn case(&self, group: usize, shape: usize) -> Option<Case> {
        let (mut group, mut shape) = (Digits(group), Digits(shape));
        let (callee, wanted, results) = group.pick(&CALLEES);
        let (how, first) = (group.pick(&How::ALL), group.pick(&How::ALL));
        let middle = Middle { how, extra: shape.next(3), locals: shape.next(3) };
        let seconds = shape.next(3);
        let (params, locals, below) = (shape.next(3), shape.next(3), shape.next(4));
        let mut aside = format!(
            "(func $none@ (global.set $gi (i32.const 9)))
             (func $three@ (param i64) (result i64 i32 i64) (local i32)
               local.get 0 i32.const 8 local.get 0 i64.const 1 i64.add)
             (table $t@ 3 3 funcref)
             (elem (table $t@) (i32.const 0) func {callee} $g@ $h@)\n"
        );
        let mut params_of_g = wanted.to_vec();
        params_of_g.extend([I32, I64].into_iter().cycle().take(middle.extra));
        let locals_of_g = "(local i64)".repeat(middle.locals);
        let types = format!("{}{}", declared("param", &params_of_g), declared("result", results));
        let body = |how: How, callee: &str, place, wanted: &[Ty]| {
            let arguments = arguments(wanted, &params_of_g);
            format!("{arguments}{}", how.text(callee, place, wanted, results))
        };
        // The second one calls the callee, the first one calls the second: both in the same way.
        let last = body(middle.how, callee, 0, wanted);
        let (of_g, of_h) = match seconds {
            0 => (last, String::new()),
            1 => (body(middle.how, "$h@", 2, &params_of_g), last),
            _ => (body(How::Direct, "$h@", 2, &params_of_g), last),
        };
        let of_h = if of_h.is_empty() { "unreachable" } else { &of_h };
        aside += &format!("(func $g@ {types}{locals_of_g} {of_g})\n");
        aside += &format!("(func $h@ {types} {of_h})\n");
        self.first(Digits(below), params, locals, first, &params_of_g, results).map(|case| Case {
            aside,
            effects: true,
            ..case
        })
    }
}

impl Calls {
    /// The function that calls the middle one, and goes on unless it is by a tail call.
    fn first(
        &self,
        below: Digits,
        params: usize,
        locals: usize,
        how: How,
        params_of_g: &[Ty],
        results_of_g: &[Ty],
    ) -> Option<Case> {
        let Digits(below) = below;
        let params: Vec<Ty> = [I32, I64].into_iter().take(params).collect();
        let call = how.text("$g@", 1, params_of_g, results_of_g);
        let arguments = arguments(params_of_g, &params);
        let locals = vec![I32; locals];
        if matches!(how, How::Tail | How::IndirectTail) {
            let body = format!("{arguments}{call}");
            let results = results_of_g.to_vec();
            return (below == 0).then(|| Case { params, locals, results, body, ..Case::default() });
        }
        let (before, mut results): (&str, Vec<Ty>) = match below {
            0 => ("", vec![]),
            1 => ("i32.const 66 ", vec![I32]),
            2 => ("global.get $gl ", vec![I64]),
            _ => ("global.get $gi global.get $gd i64.const 5 ", vec![I32, Ty::F64, I64]),
        };
        results.extend(results_of_g);
        let mut body = String::new();
        for local in 0..locals.len() {
            body += &format!("i32.const {} local.set $l{local} ", 70 + local);
        }
        body += &format!("{before}{arguments}{call} ");
        for (place, ty) in params.iter().enumerate() {
            body += &format!("local.get $p{place} ");
            results.push(*ty);
        }
        for (place, ty) in locals.iter().enumerate() {
            body += &format!("local.get $l{place} ");
            results.push(*ty);
        }
        // More than any frame below it has.
        for number in 0..3 {
            body += &format!("i32.const {} ", 5 + number);
            results.push(I32);
        }
        Some(Case { params, locals, results, body, ..Case::default() })
    }
}
