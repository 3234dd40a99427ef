//! The operators that are combined, and what each takes and gives.

use super::ty::Ty::{self, F32, F64, Func, I32, I64};

/// An operator, or a few instructions that take and give values as one would.
#[derive(Debug, Clone)]
pub struct Operator {
    /// What comes before its operands.
    pub before: String,
    /// The instructions.
    pub text: String,
    /// Types of the operands.
    pub params: Vec<Ty>,
    /// Types of the results.
    pub results: Vec<Ty>,
    /// Whether it may change memories or globals.
    pub effects: bool,
}

impl Operator {
    pub(super) fn new(text: impl Into<String>, params: &[Ty], results: &[Ty]) -> Self {
        Self {
            before: String::new(),
            text: text.into(),
            params: params.to_vec(),
            results: results.to_vec(),
            effects: false,
        }
    }

    pub(super) fn after(
        before: &str,
        text: impl Into<String>,
        params: &[Ty],
        results: &[Ty],
    ) -> Self {
        Self { before: before.to_owned(), ..Self::new(text, params, results) }
    }

    pub(super) fn with_effects(self) -> Self {
        Self { effects: true, ..self }
    }

    /// Whether the bits of a NaN that it returns are its own.
    pub fn makes_nans(&self) -> bool {
        const MAKE: [&str; 11] = [
            ".add", ".sub", ".mul", ".div", ".min", ".max", ".ceil", ".floor", ".trunc",
            ".nearest", ".sqrt",
        ];
        let makes = MAKE.iter().any(|make| self.text.ends_with(make));
        self.text.starts_with('f') && (makes || self.text.contains("mote_"))
    }

    /// Whether it takes vectors that the other one gives as anything but what they are: bits of a NaN
    /// that was made would be computed with.
    pub fn takes_otherwise(&self, other: &Self) -> bool {
        let shape = |text: &str| text.get(..5).unwrap_or_default().to_owned();
        let mut taken = shape(&self.text);
        for (from, shape) in [("_i32x4", "i32x4"), ("_f64x2", "f64x2"), ("_f32x4", "f32x4")] {
            if self.text.contains(from) {
                taken = shape.to_owned();
            }
        }
        let computes = taken.starts_with(['i', 'f']) && taken.contains('x');
        let computes = computes || self.text.contains("v128.");
        self.params.contains(&Ty::V128) && computes && taken != shape(&other.text)
    }

    /// Whether it shows bits of a NaN as those of an integer or as a sign, or puts them into a memory.
    pub fn shows_nans(&self) -> bool {
        self.text.contains("reinterpret_f")
            || self.text.ends_with("copysign")
            || self.text.starts_with('f') && self.effects
    }
}

/// Numeric instructions with one operand: type of the operand, type of the result, names.
const UNARY: [(Ty, Ty, &str); 12] = [
    (I32, I32, "i32.eqz i32.clz i32.ctz i32.popcnt i32.extend8_s i32.extend16_s"),
    (I64, I32, "i64.eqz i32.wrap_i64"),
    (I64, I64, "i64.clz i64.ctz i64.popcnt i64.extend8_s i64.extend16_s i64.extend32_s"),
    (I32, I64, "i64.extend_i32_s i64.extend_i32_u"),
    (F32, F32, "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt"),
    (F64, F64, "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt"),
    (
        F32,
        I32,
        "i32.trunc_f32_s i32.trunc_f32_u i32.trunc_sat_f32_s i32.trunc_sat_f32_u \
         i32.reinterpret_f32",
    ),
    (F64, I32, "i32.trunc_f64_s i32.trunc_f64_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u"),
    (F32, I64, "i64.trunc_f32_s i64.trunc_f32_u i64.trunc_sat_f32_s i64.trunc_sat_f32_u"),
    (
        F64,
        I64,
        "i64.trunc_f64_s i64.trunc_f64_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u \
         i64.reinterpret_f64",
    ),
    (I32, F32, "f32.convert_i32_s f32.convert_i32_u f32.reinterpret_i32"),
    (I64, F64, "f64.convert_i64_s f64.convert_i64_u f64.reinterpret_i64"),
];

/// The rest of those.
const CONVERSIONS: [(Ty, Ty, &str); 4] = [
    (I64, F32, "f32.convert_i64_s f32.convert_i64_u"),
    (I32, F64, "f64.convert_i32_s f64.convert_i32_u"),
    (F64, F32, "f32.demote_f64"),
    (F32, F64, "f64.promote_f32"),
];

const INTEGER: &str = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr";
const INTEGER_COMPARISON: &str = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const FLOAT: &str = "add sub mul div min max copysign";
const FLOAT_COMPARISON: &str = "eq ne lt gt le ge";

/// All 128 numeric instructions that take operands.
pub(super) fn numeric() -> Vec<Operator> {
    let mut all = Vec::new();
    for (from, to, names) in UNARY.into_iter().chain(CONVERSIONS) {
        all.extend(names.split_whitespace().map(|name| Operator::new(name, &[from], &[to])));
    }
    for ty in Ty::NUMBERS {
        let (same, compared) = match ty {
            I32 | I64 => (INTEGER, INTEGER_COMPARISON),
            _ => (FLOAT, FLOAT_COMPARISON),
        };
        for (names, result) in [(same, ty), (compared, I32)] {
            all.extend(
                names.split_whitespace().map(|name| {
                    Operator::new(format!("{}.{name}", ty.name()), &[ty, ty], &[result])
                }),
            );
        }
    }
    all
}

const LOADS: [(Ty, &str); 4] = [
    (I32, "load load8_s load8_u load16_s load16_u"),
    (I64, "load load8_s load8_u load16_s load16_u load32_s load32_u"),
    (F32, "load"),
    (F64, "load"),
];

const STORES: [(Ty, &str); 4] = [
    (I32, "store store8 store16"),
    (I64, "store store8 store16 store32"),
    (F32, "store"),
    (F64, "store"),
];

/// Memories and offsets of loads and stores.
const PLACES: [&str; 5] =
    ["$m0", "$m0 offset=65535", "$m0 offset=65536", "$m1 offset=1", "$m1 offset=70000"];

/// Loads and stores at all places.
pub(super) fn accesses() -> Vec<Operator> {
    accesses_by(I32, &PLACES)
}

/// Loads and stores, and what else has addresses of 64 bits.
#[cfg(feature = "memory64")]
pub(super) fn wide_accesses() -> Vec<Operator> {
    let places = ["$m0", "$m0 offset=65536", "$m1 offset=1", "$m1 offset=0x100000000"];
    let mut all = accesses_by(I64, &places);
    all.extend([
        Operator::new("memory.size $m1", &[], &[I64]),
        Operator::new("memory.grow $m0", &[I64], &[I64]).with_effects(),
        Operator::new("memory.fill $m0", &[I64, I32, I64], &[]).with_effects(),
        Operator::new("memory.copy $m0 $m1", &[I64, I64, I64], &[]).with_effects(),
    ]);
    all
}

fn accesses_by(address: Ty, places: &[&str]) -> Vec<Operator> {
    let mut all = Vec::new();
    for place in places {
        for (ty, names) in LOADS {
            all.extend(names.split_whitespace().map(|name| {
                Operator::new(format!("{}.{name} {place}", ty.name()), &[address], &[ty])
            }));
        }
        for (ty, names) in STORES {
            all.extend(names.split_whitespace().map(|name| {
                Operator::new(format!("{}.{name} {place}", ty.name()), &[address, ty], &[])
                    .with_effects()
            }));
        }
    }
    all
}

/// What moves values, one for each type of number.
fn moves(ty: Ty, global: &str) -> Vec<Operator> {
    let name = ty.name();
    vec![
        Operator::new("select", &[ty, ty, I32], &[ty]),
        Operator::new(format!("select (result {name})"), &[ty, ty, I32], &[ty]),
        Operator::new(format!("global.get {global}"), &[], &[ty]),
        Operator::new(format!("global.set {global}"), &[ty], &[]).with_effects(),
        Operator::new(format!("call $id_{name}"), &[ty], &[ty]),
        Operator::new(format!("local.set $t_{name} local.get $t_{name}"), &[ty], &[ty]),
        Operator::new(format!("local.tee $t_{name}"), &[ty], &[ty]),
        Operator::new("drop", &[ty], &[]),
        Operator::new("return", &[ty], &[ty]),
        Operator::new("nop", &[ty], &[ty]),
        Operator::new(format!("block (param {name}) (result {name}) end"), &[ty], &[ty]),
        Operator::new(format!("loop (param {name}) (result {name}) end"), &[ty], &[ty]),
        Operator::after(&format!("block (result {name})"), "br 0 end", &[ty], &[ty]),
    ]
}

/// Control, calls, tables, memories as wholes.
pub(super) fn structured() -> Vec<Operator> {
    let mut all = Vec::new();
    for (ty, global) in Ty::NUMBERS.into_iter().zip(["$gi", "$gl", "$gf", "$gd"]) {
        all.extend(moves(ty, global));
    }
    let set = "global.set $gi";
    all.extend([
        Operator::new("global.get $ci", &[], &[I32]),
        Operator::new("global.get $cl", &[], &[I64]),
        Operator::new("if (result i32) i32.const 11 else i32.const 22 end", &[I32], &[I32]),
        Operator::new(format!("if i32.const 33 {set} end"), &[I32], &[]).with_effects(),
        Operator::new(format!("if else i32.const 34 {set} end"), &[I32], &[]).with_effects(),
        Operator::new("if (param i64) (result i64) i64.const 3 i64.add end", &[I64, I32], &[I64]),
        Operator::after("block", format!("br_if 0 i32.const 35 {set} end"), &[I32], &[])
            .with_effects(),
        Operator::after(
            "block (result i32) i32.const 5",
            "br_if 0 drop i32.const 6 end",
            &[I32],
            &[I32],
        ),
        Operator::after(
            "block (result i32)",
            "br_if 0 i32.const 1 i32.add end",
            &[I32, I32],
            &[I32],
        ),
        Operator::after("block (result f64)", "br_if 0 f64.neg end", &[F64, I32], &[F64]),
        Operator::after(
            "block block",
            format!("br_table 0 1 end i32.const 36 {set} end"),
            &[I32],
            &[],
        )
        .with_effects(),
        Operator::after(
            "block (result i32) block (result i32)",
            "br_table 0 1 0 end i32.const 1 i32.add end",
            &[I32, I32],
            &[I32],
        ),
        Operator::new("call $two i32.wrap_i64 i32.sub", &[I32], &[I32]),
        Operator::new("call $swap i32.sub", &[I32, I32], &[I32]),
        Operator::new("call_indirect $t (param i32) (result i32)", &[I32, I32], &[I32]),
        Operator::new("call_indirect $u (param i32) (result i32)", &[I32, I32], &[I32]),
        Operator::new("call_indirect $t (param f64) (result f64)", &[F64, I32], &[F64]),
        Operator::new("call $host_i32", &[I32], &[]),
        Operator::new("call $lib_i32", &[I32], &[I32]),
        Operator::new("memory.size $m1", &[], &[I32]),
        Operator::new("memory.grow $m0", &[I32], &[I32]).with_effects(),
        Operator::new("memory.fill $m0", &[I32, I32, I32], &[]).with_effects(),
        Operator::new("memory.copy $m0 $m1", &[I32, I32, I32], &[]).with_effects(),
        Operator::new("table.size $t", &[], &[I32]),
        Operator::new("table.get $t", &[I32], &[Func]),
        Operator::new("table.set $t", &[I32, Func], &[]).with_effects(),
        Operator::new("table.grow $t", &[Func, I32], &[I32]).with_effects(),
        Operator::new("ref.is_null", &[Func], &[I32]),
        Operator::new("select (result funcref)", &[Func, Func, I32], &[Func]),
        Operator::new("call $id_funcref", &[Func], &[Func]),
        Operator::new("local.tee $t_funcref", &[Func], &[Func]),
        Operator::new("unreachable", &[I32], &[I32]),
    ]);
    all
}
