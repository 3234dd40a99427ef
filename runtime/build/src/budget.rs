//! What a guest may take.

use crate::cost::Cost;
use crate::thousands::thousands;

/// The most that a guest may take, in bytes; `None` of what is not limited.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Budget {
    pub(crate) flash: Option<u64>,
    pub(crate) memory: Option<u64>,
    pub(crate) heap: Option<u64>,
}

impl Budget {
    /// What exceeds it, in words; empty if nothing does.
    pub(crate) fn exceeded_by(&self, cost: &Cost) -> String {
        let figures = [
            ("flash", self.flash, Some(cost.flash)),
            ("memory", self.memory, cost.memory),
            ("heap", self.heap, Some(cost.heap)),
        ];
        let over = figures.into_iter().filter_map(|(what, budget, cost)| {
            let budget = budget?;
            match cost {
                None => Some(format!("{what} without a maximum of {} bytes", thousands(budget))),
                Some(cost) if cost > budget => {
                    Some(format!("{what} {} of {} bytes", thousands(cost), thousands(budget)))
                }
                Some(_) => None,
            }
        });
        over.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use crate::cost::Cost;

    #[test]
    fn what_exceeds_is_named() {
        let cost = Cost { flash: 2049, memory: Some(65_536), heap: 5 };
        let none = Budget::default();
        assert_eq!(none.exceeded_by(&cost), "");
        let exact = Budget { flash: Some(2049), memory: Some(65_536), heap: Some(5) };
        assert_eq!(exact.exceeded_by(&cost), "");
        let small = Budget { flash: Some(2048), memory: Some(65_536), heap: Some(4) };
        assert_eq!(small.exceeded_by(&cost), "flash 2,049 of 2,048 bytes, heap 5 of 4 bytes");
        let endless = Cost { memory: None, ..cost };
        assert_eq!(none.exceeded_by(&endless), "");
        assert_eq!(exact.exceeded_by(&endless), "memory without a maximum of 65,536 bytes");
    }
}
