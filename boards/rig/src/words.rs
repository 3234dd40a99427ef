//! What the words of tables mean, for `--help`.

/// Those of a report and a budget, in the order of their rows.
pub(crate) const REPORT: &str = "\
Words of a report (`--report`) and of a budget; `bound` is the most that a figure can be:
  module in flash                  the module as the chip gets it
  memory at first                  what the memories that it defines have before they grow
  memory at most                   what they may grow to, by their types
  memory in use                    what they had grown to in the end, with those that it shares
  memory reserved                  what they were given of the pool, to grow into
  pool high-water                  the most that was taken of the pool of pages at one time
  heap of the engine               what an engine takes before there is a guest
  heap of engine and stacks        the same with value stack and call frames
  heap peak of engine and stacks   the most that it may take on the way, if all that grows is moved
  heap of the guest, loaded        what the module takes besides: code, types, names
  heap of the guest, instantiated  the same with its instance: globals, tables, imports
  heap peak                        the most heap in use at one time until the guest had ended
  heap left                        what the heap could still have given at that time
  heap (allocations)               how many blocks of heap were asked for
  value stack                      the stack of the interpreter, for the guest's values
  native stack, loading            the most of the chip's own stack in use while it was loaded
  native stack, instantiating      the same while it was instantiated
  native stack, calling            the same while it ran
  native stack high-water          the most of these
  native stack left                what was left of the chip's own stack then
  signature                        instructions of the chip to check it, in images that want one
  load                             instructions of the chip to load and instantiate it
  call                             instructions of the chip to call it";

/// Those of the sizes of firmware.
pub(crate) const SIZES: &str = "\
Words of the tables:
  flash                   code, constants and first values of statics: what an image takes of flash
  static RAM              all that is taken before anything runs
  crate                   where code comes from: generic code counts for the crate of its types
  (unnamed constants)     texts and tables of all crates, which the linker has put together
  (no crate)              startup code, exception handlers and vectors
  section, large statics  sections of RAM (.data has first values, .bss begins with zeros,
                          .uninit is left as it is), then statics of 1,024 bytes and more
  no threads              the image without the cargo feature `threads`";

#[cfg(test)]
mod tests {
    use super::REPORT;

    /// The names of the figures that the firmware reports.
    fn reported() -> Vec<String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/src/runner/report.rs");
        let source = std::fs::read_to_string(path).unwrap();
        let printing = source.split_once("fn print_stack").unwrap().1;
        let printing = printing.split_once("\nfn elapsed").map_or(printing, |(before, _)| before);
        let texts = printing.lines().filter_map(|line| line.trim().split_once("(\""));
        let texts = texts.filter_map(|(_, rest)| rest.split_once('"'));
        texts.map(|(text, _)| text.to_owned()).filter(|text| !text.contains('{')).collect()
    }

    #[test]
    fn every_figure_of_a_report_is_explained() {
        let names = reported();
        assert!(names.len() > 15, "{names:?}");
        let facts = ["module in flash", "memory at first", "memory at most"].map(str::to_owned);
        for name in names.into_iter().chain(facts) {
            let is_row = |line: &str| {
                line.strip_prefix("  ").and_then(|line| line.strip_prefix(&*name)).is_some_and(
                    |rest| rest.starts_with("  ") || rest.starts_with(" (allocations)"),
                )
            };
            assert!(REPORT.lines().any(is_row), "{name}");
        }
    }

    #[test]
    fn lines_fit_100_columns() {
        for line in [REPORT, super::SIZES].into_iter().flat_map(str::lines) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
