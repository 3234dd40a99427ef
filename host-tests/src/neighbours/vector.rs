//! Vector instructions.

use super::{
    operator::Operator,
    ty::Ty::{self, F32, F64, I32, I64, V128},
};

const UNARY: &str = "v128.not i8x16.abs i8x16.neg i8x16.popcnt i16x8.abs i16x8.neg i32x4.abs \
    i32x4.neg i64x2.abs i64x2.neg f32x4.abs f32x4.neg f32x4.sqrt f32x4.ceil f32x4.floor \
    f32x4.trunc f32x4.nearest f64x2.abs f64x2.neg f64x2.sqrt f64x2.ceil f64x2.floor f64x2.trunc \
    f64x2.nearest i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u \
    i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u i16x8.extend_low_i8x16_s \
    i16x8.extend_high_i8x16_u i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_s \
    i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_u i32x4.trunc_sat_f32x4_s \
    i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u \
    i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s \
    f64x2.convert_low_i32x4_u f32x4.demote_f64x2_zero f64x2.promote_low_f32x4";

const BINARY: &str = "v128.and v128.andnot v128.or v128.xor i8x16.swizzle i8x16.add \
    i8x16.add_sat_s i8x16.add_sat_u i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u i8x16.min_s \
    i8x16.min_u i8x16.max_s i8x16.max_u i8x16.avgr_u i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u \
    i8x16.gt_s i8x16.ge_u i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u i16x8.add i16x8.add_sat_s \
    i16x8.sub i16x8.sub_sat_u i16x8.mul i16x8.min_s i16x8.max_u i16x8.avgr_u \
    i16x8.q15mulr_sat_s i16x8.eq i16x8.le_s i16x8.gt_u i16x8.narrow_i32x4_s \
    i16x8.narrow_i32x4_u i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_u i32x4.add i32x4.sub \
    i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s i32x4.eq i32x4.ne \
    i32x4.lt_s i32x4.ge_u i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_s i64x2.add i64x2.sub \
    i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.ge_s i64x2.extmul_low_i32x4_s \
    i64x2.extmul_high_i32x4_u f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max \
    f32x4.pmin f32x4.pmax f32x4.eq f32x4.ne f32x4.lt f32x4.ge f64x2.add f64x2.sub f64x2.mul \
    f64x2.div f64x2.min f64x2.max f64x2.pmin f64x2.pmax f64x2.eq f64x2.ne f64x2.gt f64x2.le";

const SHIFTS: &str = "i8x16.shl i8x16.shr_s i8x16.shr_u i16x8.shl i16x8.shr_s i16x8.shr_u \
    i32x4.shl i32x4.shr_s i32x4.shr_u i64x2.shl i64x2.shr_s i64x2.shr_u";

const TESTS: &str = "v128.any_true i8x16.all_true i8x16.bitmask i16x8.all_true i16x8.bitmask \
    i32x4.all_true i32x4.bitmask i64x2.all_true i64x2.bitmask";

/// Shapes, the type that a lane is taken as, its sign, and a lane.
const LANES: [(&str, Ty, &[&str], usize); 6] = [
    ("i8x16", I32, &["_s", "_u"], 15),
    ("i16x8", I32, &["_s", "_u"], 3),
    ("i32x4", I32, &[""], 2),
    ("i64x2", I64, &[""], 1),
    ("f32x4", F32, &[""], 3),
    ("f64x2", F64, &[""], 0),
];

const LOADS: &str = "load load8x8_s load8x8_u load16x4_s load16x4_u load32x2_s load32x2_u \
    load8_splat load16_splat load32_splat load64_splat load32_zero load64_zero";

const PLACES: [&str; 3] = ["$m0", "$m0 offset=65536", "$m1 offset=3"];

/// Vector instructions of all kinds, and what moves vectors.
pub(super) fn vectors() -> Vec<Operator> {
    let mut all = Vec::new();
    let mut add = |names: &str, params: &[Ty], results: &[Ty]| {
        all.extend(names.split_whitespace().map(|name| Operator::new(name, params, results)));
    };
    add(UNARY, &[V128], &[V128]);
    add(BINARY, &[V128, V128], &[V128]);
    add(SHIFTS, &[V128, I32], &[V128]);
    add(TESTS, &[V128], &[I32]);
    add("v128.bitselect", &[V128, V128, V128], &[V128]);
    for (shape, ty, signs, lane) in LANES {
        all.push(Operator::new(format!("{shape}.splat"), &[ty], &[V128]));
        all.push(Operator::new(format!("{shape}.replace_lane {lane}"), &[V128, ty], &[V128]));
        all.extend(signs.iter().map(|sign| {
            Operator::new(format!("{shape}.extract_lane{sign} {lane}"), &[V128], &[ty])
        }));
    }
    for place in PLACES {
        all.extend(
            LOADS
                .split_whitespace()
                .map(|load| Operator::new(format!("v128.{load} {place}"), &[I32], &[V128])),
        );
        all.push(Operator::new(format!("v128.store {place}"), &[I32, V128], &[]).with_effects());
        for (width, lane) in [(8, 9), (16, 5), (32, 1), (64, 1)] {
            let text = |what| format!("v128.{what}{width}_lane {place} {lane}");
            all.push(Operator::new(text("load"), &[I32, V128], &[V128]));
            all.push(Operator::new(text("store"), &[I32, V128], &[]).with_effects());
        }
    }
    all.extend([
        Operator::new(
            "i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
            &[V128; 2],
            &[V128],
        ),
        Operator::new("select", &[V128, V128, I32], &[V128]),
        Operator::new("call $id_v128", &[V128], &[V128]),
        Operator::new("local.tee $t_v128", &[V128], &[V128]),
        Operator::new("local.set $t_v128 local.get $t_v128", &[V128], &[V128]),
        Operator::new("global.set $gv", &[V128], &[]).with_effects(),
        Operator::new("global.get $gv", &[], &[V128]),
        Operator::new("block (param v128) (result v128) end", &[V128], &[V128]),
        Operator::new("loop (param v128) (result v128) end", &[V128], &[V128]),
        Operator::new("if (param v128) (result v128) v128.not end", &[V128, I32], &[V128]),
        Operator::after("block (result v128)", "br_if 0 v128.not end", &[V128, I32], &[V128]),
        Operator::new("drop", &[V128], &[]),
        Operator::new("return", &[V128], &[V128]),
    ]);
    all
}
