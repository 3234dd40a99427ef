//! Why an argument is no value of a type.

use crate::figures::thousands;
use wasmparser::ValType;

/// Why the runner does not take `argument` for a value of type `ty`.
pub(super) fn fault(ty: ValType, argument: &str) -> Option<String> {
    match ty {
        ValType::I32 => integer(argument, 32),
        ValType::I64 => integer(argument, 64),
        ValType::F32 | ValType::F64 => {
            let is_float = argument.parse::<f64>().is_ok();
            (!is_float).then(|| format!("no number, as {ty} is expected: decimal, inf or nan"))
        }
        ValType::V128 => Some("v128 can't be given as an argument".to_owned()),
        ValType::Ref(_) => {
            (argument != "null").then(|| "of a reference only null can be given".to_owned())
        }
    }
}

fn integer(argument: &str, bits: u32) -> Option<String> {
    let magnitude = argument.strip_prefix('-').unwrap_or(argument);
    let (digits, radix) = match magnitude.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (magnitude, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        let kind = if argument.parse::<f64>().is_ok() { "no integer" } else { "no number" };
        return Some(format!("{kind}, as i{bits} is expected: decimal or 0x hexadecimal"));
    }
    let most =
        if magnitude.len() < argument.len() { 1 << (bits - 1) } else { (1_u128 << bits) - 1 };
    let fits = u128::from_str_radix(digits, radix).is_ok_and(|magnitude| magnitude <= most);
    let (low, high) = (1_u64 << (bits - 1), u64::MAX >> (64 - bits));
    (!fits)
        .then(|| format!("out of the range of i{bits}: -{} to {}", thousands(low), thousands(high)))
}

#[cfg(test)]
mod tests {
    use super::fault;
    use wasmparser::ValType;

    #[test]
    fn what_the_runner_takes_has_no_fault() {
        for (ty, argument) in [
            (ValType::I32, "-2147483648"),
            (ValType::I32, "0xffffffff"),
            (ValType::I64, "18446744073709551615"),
            (ValType::F32, "-1.5e3"),
            (ValType::F64, "nan"),
            (ValType::FUNCREF, "null"),
        ] {
            assert_eq!(fault(ty, argument), None, "{ty} {argument}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        for (ty, argument, why) in [
            (ValType::I32, "1.5", "no integer, as i32 is expected"),
            (ValType::I32, "one", "no number, as i32 is expected"),
            (ValType::I32, "", "no number"),
            (
                ValType::I32,
                "4294967296",
                "out of the range of i32: -2,147,483,648 to 4,294,967,295",
            ),
            (ValType::I32, "-2147483649", "out of the range of i32"),
            (
                ValType::I64,
                "0x1ffffffffffffffff",
                "out of the range of i64: -9,223,372,036,854,775,808 to 18,446,744,073,709,551,615",
            ),
            (ValType::I64, &"9".repeat(100), "out of the range of i64"),
            (ValType::F64, "0x10", "no number, as f64 is expected"),
            (ValType::EXTERNREF, "1", "of a reference only null"),
            (ValType::V128, "1", "v128 can't be given"),
        ] {
            let found = fault(ty, argument).unwrap();
            assert!(found.starts_with(why), "{ty} {argument}: {found}");
        }
    }
}
