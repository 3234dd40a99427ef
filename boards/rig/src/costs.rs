//! What a run costs: the figures that the firmware reports, beside what is known without running.

use crate::figures::thousands;
use crate::known::Known;
use crate::table::Table;

/// The figures of one run, in the order in which the firmware reports them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Costs(Vec<Cost>);

#[derive(Debug, PartialEq, Eq)]
struct Cost {
    what: String,
    figure: u64,
    unit: String,
}

/// The names of the figures that bounds are computed for, or that are compared.
pub(crate) const ENGINE: &str = "heap of the engine";
pub(crate) const ENGINE_PEAK: &str = "heap peak of engine and stacks";
pub(crate) const LOADED: &str = "heap of the guest, loaded";
pub(crate) const INSTANTIATED: &str = "heap of the guest, instantiated";
pub(crate) const RESERVED: &str = "memory reserved";
pub(crate) const PEAK: &str = "heap peak";

/// One row: a name, what was measured, what was computed, and the unit of both.
pub(crate) struct Row<'a> {
    pub(crate) what: &'a str,
    pub(crate) measured: Option<u64>,
    pub(crate) bound: Option<u64>,
    pub(crate) unit: &'a str,
}

impl Costs {
    /// Takes in a line, and tells whether it is one of the report's.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let cost = parse(line);
        let is_cost = cost.is_some();
        self.0.extend(cost);
        is_cost
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The figure of that name, if it was measured.
    pub(crate) fn figure(&self, what: &str) -> Option<u64> {
        self.0.iter().find(|cost| cost.what == what).map(|cost| cost.figure)
    }

    /// All rows: what is known of the module, then what was measured, with its bounds.
    pub(crate) fn rows<'a>(&'a self, known: Option<&'a Known>) -> Vec<Row<'a>> {
        let facts = known.into_iter().flat_map(Known::facts);
        let facts = facts.map(|(what, figure)| Row {
            what,
            measured: Some(figure),
            bound: None,
            unit: "bytes",
        });
        let measured = self.0.iter().map(|Cost { what, figure, unit }| Row {
            what,
            measured: Some(*figure),
            bound: known.and_then(|known| known.bound(what, self)),
            unit,
        });
        // Where the guest does not fit, the bounds tell what is missing.
        let missing = [LOADED, INSTANTIATED].into_iter().filter(|what| self.figure(what).is_none());
        let missing = missing.filter_map(|what| {
            let bound = Some(known?.bound(what, self)?);
            Some(Row { what, measured: None, bound, unit: "bytes" })
        });
        facts.chain(measured).chain(missing).collect()
    }

    /// The table.
    pub(crate) fn render(&self, known: Option<&Known>) -> String {
        let mut table = Table::new(&["cost", "measured", "bound", "unit"]);
        for Row { what, measured, bound, unit } in self.rows(known) {
            let figure = |figure: Option<u64>| figure.map(thousands).unwrap_or_default();
            table.row([what.to_owned(), figure(measured), figure(bound), unit.to_owned()]);
        }
        table.render() + &self.limit_of_growth(known).unwrap_or_default()
    }

    /// Says that memories can't grow as far as their types allow.
    fn limit_of_growth(&self, known: Option<&Known>) -> Option<String> {
        let reserved = self.figure(RESERVED)?;
        known?.grows_beyond(reserved).then(|| {
            let reserved = thousands(reserved);
            format!(
                "growth beyond {reserved} bytes is refused: --reserve lets memories have more\n"
            )
        })
    }
}

/// `report: WHAT: FIGURE UNIT`
fn parse(line: &str) -> Option<Cost> {
    let (what, rest) = line.strip_prefix("report: ")?.rsplit_once(": ")?;
    let (figure, unit) = rest.split_once(' ')?;
    Some(Cost { what: what.to_owned(), figure: figure.parse().ok()?, unit: unit.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::Costs;

    #[test]
    fn lines_become_a_table() {
        let mut costs = Costs::default();
        for line in ["report: heap peak: 12557 bytes", "report: load: 9 instructions"] {
            assert!(costs.take(line));
        }
        for line in ["result: 5", "report: heap", "report: heap: x bytes", "report: heap: 5"] {
            assert!(!costs.take(line), "{line}");
        }
        assert_eq!((costs.figure("heap peak"), costs.figure("call")), (Some(12_557), None));
        let lines = [
            "| cost      | measured | bound |         unit |",
            "|-----------|---------:|------:|-------------:|",
            "| heap peak |   12,557 |       |        bytes |",
            "| load      |        9 |       | instructions |",
        ];
        assert_eq!(costs.render(None).lines().collect::<Vec<_>>(), lines);
    }
}
