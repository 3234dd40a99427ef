//! Every operator followed by every one that takes its result, at each place.

use super::{
    case::Case,
    family::Family,
    operator::{Operator, accesses, numeric, structured},
    source::{Builder, Source},
    ty::Ty,
};

/// What lies below the operands, until the function returns.
#[derive(Debug, Clone, Copy)]
enum Below {
    Nothing,
    /// A value in the register that the first result wants.
    Register,
    /// A local that is in that register too.
    Local,
    /// Values in all three registers.
    Registers,
}

impl Below {
    const ALL: [Self; 4] = [Self::Nothing, Self::Register, Self::Local, Self::Registers];
}

/// The producer, the consumer, and which of its operands it takes.
#[derive(Debug, Clone, Copy)]
struct Pair(usize, usize, usize);

/// All pairs.
#[derive(Debug)]
pub struct Pairs {
    name: &'static str,
    operators: Vec<Operator>,
    pairs: Vec<Pair>,
    /// Whether memories have addresses of 64 bits.
    wide: bool,
}

impl Pairs {
    /// All pairs that a firmware's features allow.
    pub fn all() -> Self {
        let operators = [numeric(), structured(), accesses()].concat();
        Self::of("pairs", operators, |_, _| true)
    }

    /// All pairs with a vector instruction.
    #[cfg(feature = "simd")]
    pub fn vectors() -> Self {
        let vectors = super::vector::vectors();
        let first = numeric().len() + structured().len();
        let operators = [numeric(), structured(), vectors].concat();
        Self::of("vectors", operators, |one, other| one.max(other) >= first)
    }

    /// All pairs with an instruction that reaches a memory of 64-bit addresses.
    #[cfg(feature = "memory64")]
    pub fn wide() -> Self {
        let others = [numeric(), structured()].concat();
        let others = others.into_iter().filter(|other| !other.text.contains("memory."));
        let mut operators: Vec<Operator> = others.collect();
        let first = operators.len();
        operators.extend(super::operator::wide_accesses());
        let pairs = Self::of("memory64", operators, |one, other| one.max(other) >= first);
        Self { wide: true, ..pairs }
    }

    /// All pairs of these that are wanted.
    fn of(
        name: &'static str,
        operators: Vec<Operator>,
        wanted: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let mut pairs = Vec::new();
        for (producer, first) in operators.iter().enumerate() {
            let [result] = first.results[..] else { continue };
            if first.text == "return" {
                continue;
            }
            for (consumer, second) in operators.iter().enumerate() {
                // Bits of a NaN that was made are not to be computed with.
                let differs =
                    result == Ty::V128 && first.makes_nans() && second.takes_otherwise(first);
                if differs || !wanted(producer, consumer) {
                    continue;
                }
                let places = second.params.iter().enumerate().filter(|(_, ty)| **ty == result);
                pairs.extend(places.map(|(place, _)| Pair(producer, consumer, place)));
            }
        }
        Self { name, operators, pairs, wide: false }
    }

    fn parts(&self, group: usize) -> (&Operator, &Operator, usize) {
        let Pair(producer, consumer, place) = self.pairs[group];
        (&self.operators[producer], &self.operators[consumer], place)
    }
}

impl Family for Pairs {
    fn name(&self) -> &'static str {
        self.name
    }

    fn groups(&self) -> usize {
        self.pairs.len()
    }

    fn shapes(&self, group: usize) -> usize {
        let (producer, consumer, _) = self.parts(group);
        let operands = producer.params.len() + consumer.params.len() - 1;
        Below::ALL.len() * Source::ALL.len().pow(operands as u32)
    }

    fn case(&self, group: usize, shape: usize) -> Option<Case> {
        let (producer, consumer, place) = self.parts(group);
        let mut rest = shape;
        let mut next = |of: usize| {
            let digit = rest % of;
            rest /= of;
            digit
        };
        let mut builder = Builder::default();
        let below = Below::ALL[next(Below::ALL.len())];
        let wanted = producer.results[0];
        let below: &[(Source, Ty)] = match below {
            Below::Nothing => &[],
            Below::Register => &[(Source::Register, wanted)],
            Below::Local => &[(Source::Tee, wanted)],
            Below::Registers => &[
                (Source::Register, Ty::F32),
                (Source::Register, Ty::I64),
                (Source::Register, Ty::F64),
            ],
        };
        let mut results = Vec::new();
        for &(source, ty) in below {
            builder.operand(source, ty);
            results.push(ty);
        }
        builder.open(consumer);
        for (at, ty) in consumer.params.iter().enumerate() {
            if at != place {
                builder.operand(Source::ALL[next(Source::ALL.len())], *ty);
                continue;
            }
            builder.open(producer);
            for ty in &producer.params {
                builder.operand(Source::ALL[next(Source::ALL.len())], *ty);
            }
            builder.close(producer);
        }
        builder.close(consumer);
        results.extend(&consumer.results);
        let nan_bits = producer.makes_nans() && consumer.shows_nans();
        Some(Case { wide: self.wide, ..builder.finish(results, nan_bits) })
    }
}
