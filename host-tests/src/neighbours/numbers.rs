//! Every numeric instruction with every pair of corner values: of parameters, and of constants, which
//! are computed ahead.

use super::{
    case::Case,
    family::Family,
    operator::{Operator, numeric},
    ty::{Ty, Value},
};

/// A constant of that value.
fn constant(Value { ty, bits }: Value) -> String {
    let name = ty.name();
    match ty {
        Ty::F32 if f32::from_bits(bits as u32).is_nan() => {
            let sign = if bits >> 31 == 1 { "-" } else { "" };
            format!("{name}.const {sign}nan:{:#x}", bits & 0x7f_ffff)
        }
        Ty::F64 if f64::from_bits(bits as u64).is_nan() => {
            let sign = if bits >> 63 == 1 { "-" } else { "" };
            format!("{name}.const {sign}nan:{:#x}", bits & 0xf_ffff_ffff_ffff)
        }
        Ty::F32 => format!("{name}.const {:e}", f32::from_bits(bits as u32)),
        Ty::F64 => format!("{name}.const {:e}", f64::from_bits(bits as u64)),
        Ty::I32 => format!("{name}.const {}", bits as i32),
        _ => format!("{name}.const {}", bits as i64),
    }
}

fn values(ty: Ty) -> Vec<Value> {
    ty.all().map(|bits| Value { ty, bits }).collect()
}

/// All numeric instructions.
#[derive(Debug)]
pub struct Numbers {
    operators: Vec<Operator>,
}

impl Numbers {
    /// All of them.
    pub fn all() -> Self {
        Self { operators: numeric() }
    }
}

impl Family for Numbers {
    fn name(&self) -> &'static str {
        "numbers"
    }

    fn groups(&self) -> usize {
        self.operators.len()
    }

    fn shapes(&self, group: usize) -> usize {
        // Each operand is a parameter or one of the constants.
        self.operators[group].params.iter().map(|ty| 1 + values(*ty).len()).product()
    }

    fn case(&self, group: usize, shape: usize) -> Option<Case> {
        let operator = &self.operators[group];
        let mut digits = super::digits::Digits(shape);
        let (mut params, mut body) = (Vec::new(), String::new());
        for ty in &operator.params {
            let values = values(*ty);
            match digits.next(1 + values.len()) {
                0 => {
                    body += &format!("local.get $p{} ", params.len());
                    params.push(*ty);
                }
                number => body += &format!("{} ", constant(values[number - 1])),
            }
        }
        body += &operator.text;
        let results = operator.results.clone();
        Some(Case { params, results, body, every: true, ..Case::default() })
    }
}
