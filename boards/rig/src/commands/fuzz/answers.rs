//! What a chip says of the modules that are tried on it.

use crate::costs::Costs;
use crate::emulator::Said;
use crate::native_stack::NativeStack;
use std::mem;

/// What the good module after each other one returns.
const GOOD: &str = "result: 42";
const GOOD_FILE: &str = "good.wasm";

/// What the chip has said of the runs so far.
#[derive(Default)]
pub(super) struct Answers {
    /// The run that was announced last.
    at: Option<String>,
    /// What was said of it last.
    last: String,
    /// What it cost.
    costs: Costs,
    /// The module before the good one, or the last one.
    pub(super) module: String,
    pub(super) runs: usize,
    pub(super) returned: usize,
    pub(super) stopped: usize,
    /// Modules that were answered wrongly, or that a good one failed after, and what was said.
    pub(super) wrong: Vec<(String, String)>,
    /// The most native stack that each step took.
    pub(super) stack: NativeStack,
    /// What it may take.
    stack_bound: Option<NativeStack>,
}

impl Answers {
    /// Nothing yet, from a chip that may take so much native stack.
    pub(super) fn new(stack_bound: Option<NativeStack>) -> Self {
        Self { stack_bound, ..Self::default() }
    }

    pub(super) fn hear(&mut self, said: Said<'_>) {
        match said {
            Said::Line(line) => match line.strip_prefix("== ") {
                Some(name) => {
                    self.end();
                    if name != GOOD_FILE {
                        name.clone_into(&mut self.module);
                    }
                    self.at = Some(name.to_owned());
                }
                None if self.costs.take(line) || line.starts_with("refused growths: ") => {}
                None => line.clone_into(&mut self.last),
            },
            Said::Error(message) => self.last = format!("error: {message}"),
        }
    }

    /// Judges the run that is over.
    pub(super) fn end(&mut self) {
        let last = mem::take(&mut self.last);
        let stack = NativeStack::of(&mem::take(&mut self.costs));
        let Some(name) = self.at.take() else { return };
        self.stack = self.stack.max(stack);
        if let Some(excess) = self.stack_bound.and_then(|bound| stack.excess_over(bound)) {
            self.wrong.push((name.clone(), format!("{name}: {excess}")));
        }
        self.runs += 1;
        if name == GOOD_FILE && last != GOOD || is_wrong(&last) {
            self.wrong.push((self.module.clone(), format!("{name}: {last}")));
        } else if last.starts_with("error: ") {
            self.stopped += 1;
        } else {
            self.returned += 1;
        }
    }
}

/// Whether the firmware says this of itself, not of the module.
fn is_wrong(last: &str) -> bool {
    let own = ["error: leak", "error: internal", "error: cannot read"];
    own.iter().any(|wrong| last.starts_with(wrong))
}

#[cfg(test)]
mod tests {
    use super::Answers;
    use crate::emulator::Said;
    use crate::native_stack::NativeStack;

    fn answers(said: &[Said<'_>]) -> Answers {
        let mut answers = Answers::default();
        said.iter().for_each(|said| answers.hear(*said));
        answers.end();
        answers
    }

    #[test]
    fn a_good_module_must_give_its_result() {
        let said = [
            Said::Line("== 0.wasm"),
            Said::Error("invalid module: x: byte 3"),
            Said::Line("== good.wasm"),
            Said::Line("result: 42"),
            Said::Line("== 1.wasm"),
            Said::Line("result: 42"),
            Said::Line("== good.wasm"),
            Said::Error("out of heap"),
        ];
        let answers = answers(&said);
        assert_eq!((answers.runs, answers.returned, answers.stopped), (4, 2, 1));
        let wrong = ("1.wasm".to_owned(), "good.wasm: error: out of heap".to_owned());
        assert_eq!(answers.wrong, [wrong]);
    }

    #[test]
    fn more_native_stack_than_is_on_record_is_wrong() {
        let bound = NativeStack { loading: 10, instantiating: 10, calling: 10 };
        let mut answers = Answers::new(Some(bound));
        for line in [
            "== 0.wasm",
            "report: native stack, loading: 10 bytes",
            "report: native stack, instantiating: 9 bytes",
            "== 1.wasm",
            "report: native stack, loading: 7 bytes",
            "report: native stack, calling: 11 bytes",
        ] {
            answers.hear(Said::Line(line));
        }
        answers.end();
        let excess = "1.wasm: native stack, calling: 11 bytes, at most 10 on record";
        assert_eq!(answers.wrong, [("1.wasm".to_owned(), excess.to_owned())]);
        let most = NativeStack { loading: 10, instantiating: 9, calling: 11 };
        assert_eq!(answers.stack, most);
    }

    #[test]
    fn what_the_firmware_says_of_itself_is_wrong() {
        let said = [Said::Line("== 0.wasm"), Said::Line("result: 1"), Said::Error("leak: x")];
        assert_eq!(answers(&said).wrong.len(), 1);
    }
}
