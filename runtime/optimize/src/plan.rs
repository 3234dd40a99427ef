//! Which loops are unrolled, and how often.

use crate::loops::Loop;
use crate::options::OptimizeOptions;

/// Bytes that a round of an unrolled loop may have for each of the most copies: a loop that ends early has paid for
/// its whole round, and a large body gains little.
const BYTES: usize = 40;
/// Bytes around a copy.
const AROUND: usize = 6;
/// Bytes that code may always grow by.
const ALWAYS: usize = 2048;

/// A loop that is unrolled.
#[derive(Debug, Clone)]
pub(crate) struct Unrolled {
    pub(crate) of: Loop,
    /// How many copies of its body there are, two or more.
    pub(crate) copies: usize,
}

/// What is unrolled in each function, in the order of its code: the smallest loops first, as they gain most,
/// as long as code that has `bytes` does not grow too much.
pub(crate) fn plan(
    functions: Vec<Vec<Loop>>,
    bytes: usize,
    options: &OptimizeOptions,
) -> Vec<Vec<Unrolled>> {
    let percent = usize::try_from(options.growth).unwrap_or(usize::MAX);
    let mut left = ALWAYS.max(bytes.saturating_mul(percent) / 100);
    let mut plan: Vec<_> = functions.iter().map(|_| Vec::new()).collect();
    let numbered = functions.into_iter().enumerate();
    let mut all: Vec<_> = numbered
        .flat_map(|(function, loops)| loops.into_iter().map(move |it| (function, it)))
        .collect();
    all.sort_by_key(|(_, it)| it.bytes);
    for (function, of) in all {
        let copies = copies(of.bytes, options.copies);
        let more = (copies - 1) * (of.bytes + AROUND);
        if let (2.., Some(rest)) = (copies, left.checked_sub(more)) {
            left = rest;
            plan[function].push(Unrolled { of, copies });
        }
    }
    plan.iter_mut().for_each(|loops: &mut Vec<Unrolled>| loops.sort_by_key(|it| it.of.start));
    plan
}

/// How many copies a body of so many bytes gets.
fn copies(bytes: usize, most: u8) -> usize {
    let most = usize::from(most.max(1));
    let fitting = (most * BYTES / bytes.max(1)).clamp(1, most);
    // Powers of two, as counted loops often go round so often.
    1 << fitting.ilog2()
}
