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
}

impl Pairs {
    /// All pairs that a firmware's features allow.
    pub fn all() -> Self {
        let operators = [numeric(), structured(), accesses()].concat();
        Self::of("pairs", operators)
    }

    /// All pairs of these.
    pub fn of(name: &'static str, operators: Vec<Operator>) -> Self {
        let mut pairs = Vec::new();
        for (producer, first) in operators.iter().enumerate() {
            let [result] = first.results[..] else { continue };
            if first.text == "return" {
                continue;
            }
            for (consumer, second) in operators.iter().enumerate() {
                let places = second.params.iter().enumerate().filter(|(_, ty)| **ty == result);
                pairs.extend(places.map(|(place, _)| Pair(producer, consumer, place)));
            }
        }
        Self { name, operators, pairs }
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
        Some(builder.finish(results, producer.makes_nans() && consumer.shows_nans()))
    }
}
