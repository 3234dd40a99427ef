//! All programs of up to a number of tokens of an alphabet.

use super::{
    case::Case,
    family::Family,
    token::{Frame, Step, Token},
    ty::Ty,
};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Values that may be on the stack at once, and frames that may be open.
const HEIGHT: usize = 4;
const DEPTH: usize = 2;

/// All programs of an alphabet. A group has the same first two tokens.
#[derive(Debug)]
pub(super) struct Programs {
    name: &'static str,
    params: &'static [Ty],
    locals: &'static [Ty],
    length: usize,
    tokens: Vec<Token>,
    sizes: Vec<OnceLock<usize>>,
    /// The programs of the group that was asked for last.
    spelled: Mutex<(usize, Vec<Vec<u8>>)>,
}

/// What is known between two tokens.
#[derive(Debug, Clone, Default)]
struct State {
    stack: Vec<Ty>,
    frames: Vec<Open>,
    /// Whether what follows is never reached.
    dead: bool,
}

#[derive(Debug, Clone)]
struct Open {
    frame: Frame,
    /// Operands below the frame.
    base: usize,
    params: Vec<Ty>,
    results: Vec<Ty>,
}

impl State {
    fn base(&self) -> usize {
        self.frames.last().map_or(0, |open| open.base)
    }

    fn take(&mut self, types: &[Ty]) -> Option<()> {
        let height = self.stack.len().checked_sub(types.len())?;
        (height >= self.base() && self.stack[height..] == *types)
            .then(|| self.stack.truncate(height))
    }

    fn after(&self, step: &Step) -> Option<Self> {
        if self.dead && !matches!(step, Step::Else | Step::End) {
            return None;
        }
        let mut next = self.clone();
        match step {
            Step::Plain(pops, pushes) => {
                next.take(pops)?;
                next.stack.extend(pushes);
            }
            Step::Open(frame, params, results) => {
                if *frame == Frame::If {
                    next.take(&[Ty::I32])?;
                }
                next.take(params)?;
                let base = next.stack.len();
                next.stack.extend(params);
                let (params, results) = (params.clone(), results.clone());
                next.frames.push(Open { frame: *frame, base, params, results });
            }
            Step::Else => {
                next.close()?;
                let open = next.frames.last_mut().filter(|open| open.frame == Frame::If)?;
                open.frame = Frame::Else;
                next.stack.truncate(open.base);
                next.stack.extend(&open.params);
            }
            Step::End => {
                next.close()?;
                let open = next.frames.pop()?;
                if open.frame == Frame::If && open.params != open.results {
                    return None;
                }
                next.stack.truncate(open.base);
                next.stack.extend(open.results);
            }
            Step::Branch { targets, always } => {
                let mut wanted: Option<&[Ty]> = None;
                for target in targets {
                    let index = self.frames.len().checked_sub(target + 1)?;
                    let open = &self.frames[index];
                    let is_loop = open.frame == Frame::Loop;
                    let types = if is_loop { &open.params } else { &open.results };
                    // What always goes round never ends; and a table's targets are alike.
                    if is_loop && *always || wanted.is_some_and(|wanted| wanted != types) {
                        return None;
                    }
                    wanted = Some(types);
                }
                self.stack[self.base()..].ends_with(wanted?).then_some(())?;
                next.dead = *always;
            }
        }
        let fits = next.stack.len() <= HEIGHT && next.frames.len() <= DEPTH;
        fits.then_some(next)
    }

    /// Whether the innermost frame may end here.
    fn close(&mut self) -> Option<()> {
        let open = self.frames.last()?;
        let ends = self.dead || self.stack[open.base..] == open.results;
        self.dead = false;
        ends.then_some(())
    }

    fn is_whole(&self) -> bool {
        self.frames.is_empty() && !self.dead && !self.stack.is_empty()
    }
}

impl Programs {
    pub(super) fn new(
        name: &'static str,
        params: &'static [Ty],
        locals: &'static [Ty],
        length: usize,
        tokens: Vec<Token>,
    ) -> Self {
        let sizes = vec![OnceLock::new(); tokens.len() * tokens.len()];
        let spelled = Mutex::new((usize::MAX, Vec::new()));
        Self { name, params, locals, length, tokens, sizes, spelled }
    }

    /// Spells all programs of a group.
    fn spell(&self, group: usize, emit: &mut dyn FnMut(&[u8])) {
        let mut state = State::default();
        let mut word = Vec::new();
        for index in [group / self.tokens.len(), group % self.tokens.len()] {
            match state.after(&self.tokens[index].step) {
                Some(next) => state = next,
                None => return,
            }
            word.push(index as u8);
        }
        self.go_on(&state, &mut word, emit);
    }

    fn go_on(&self, state: &State, word: &mut Vec<u8>, emit: &mut dyn FnMut(&[u8])) {
        if state.is_whole() {
            emit(word);
        }
        if word.len() + state.frames.len() >= self.length + usize::from(!state.frames.is_empty()) {
            return;
        }
        for (index, token) in self.tokens.iter().enumerate() {
            if let Some(next) = state.after(&token.step) {
                word.push(index as u8);
                self.go_on(&next, word, emit);
                word.pop();
            }
        }
    }
}

impl Family for Programs {
    fn name(&self) -> &'static str {
        self.name
    }

    fn groups(&self) -> usize {
        self.sizes.len()
    }

    fn shapes(&self, group: usize) -> usize {
        *self.sizes[group].get_or_init(|| {
            let mut count = 0;
            self.spell(group, &mut |_| count += 1);
            count
        })
    }

    fn case(&self, group: usize, shape: usize) -> Option<Case> {
        let mut spelled = self.spelled.lock().unwrap_or_else(PoisonError::into_inner);
        if spelled.0 != group {
            let mut words = Vec::new();
            self.spell(group, &mut |word| words.push(word.to_vec()));
            *spelled = (group, words);
        }
        let mut state = State::default();
        let mut body = String::new();
        for index in spelled.1.get(shape)? {
            let token = &self.tokens[usize::from(*index)];
            state = state.after(&token.step)?;
            body += &token.text;
            body.push(' ');
        }
        let changes = ["store", "global.set", "memory.", "table."];
        Some(Case {
            params: self.params.to_vec(),
            results: state.stack,
            locals: self.locals.to_vec(),
            effects: changes.iter().any(|change| body.contains(change)),
            body,
            ..Case::default()
        })
    }
}
