//! What short programs are spelled with.

use super::ty::Ty;

/// Instructions that stay together.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) step: Step,
}

/// What a token does to the operands and the frames.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Takes and gives operands.
    Plain(Vec<Ty>, Vec<Ty>),
    /// Begins a frame with these parameters and results.
    Open(Frame, Vec<Ty>, Vec<Ty>),
    Else,
    End,
    /// Goes to these frames.
    Branch {
        targets: Vec<usize>,
        always: bool,
    },
}

/// A kind of frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    Block,
    Loop,
    If,
    Else,
}

fn types(letters: &str) -> Vec<Ty> {
    letters
        .chars()
        .map(|letter| match letter {
            'i' => Ty::I32,
            'l' => Ty::I64,
            'f' => Ty::F32,
            'd' => Ty::F64,
            'v' => Ty::V128,
            'r' => Ty::Func,
            other => panic!("no type is called {other}"),
        })
        .collect()
}

fn declared(word: &str, types: &[Ty]) -> String {
    types.iter().map(|ty| format!(" ({word} {})", ty.name())).collect()
}

impl Token {
    /// Reads a token: `il>i` and instructions that take an `i32` and an `i64` and give an `i32`;
    /// `block`, `loop` or `if` and its type; `else`; `end`; `br` and its target; `br_if` or
    /// `br_table`, targets and the instructions that give the condition or the index.
    pub(super) fn parse(line: &str) -> Self {
        let line = line.trim();
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let plain = |text: &str| text.to_owned();
        if let Some((pops, pushes)) = first.split_once('>') {
            return Self { text: plain(rest), step: Step::Plain(types(pops), types(pushes)) };
        }
        let numbers = rest.split_whitespace().map_while(|word| word.parse().ok());
        let targets: Vec<usize> = numbers.collect();
        let operand: Vec<&str> = rest.split_whitespace().skip(targets.len()).collect();
        let list: Vec<String> = targets.iter().map(usize::to_string).collect();
        let text = format!("{} {first} {}", operand.join(" "), list.join(" "));
        match first {
            "else" => Self { text: plain(line), step: Step::Else },
            "end" => Self { text: plain(line), step: Step::End },
            "br" => Self { text, step: Step::Branch { targets, always: true } },
            "br_if" => Self { text, step: Step::Branch { targets, always: false } },
            "br_table" => Self { text, step: Step::Branch { targets, always: true } },
            _ => {
                let frame = match first {
                    "block" => Frame::Block,
                    "loop" => Frame::Loop,
                    "if" => Frame::If,
                    other => panic!("no token begins with {other}"),
                };
                let (params, results) = rest.split_once('>').unwrap_or_default();
                let (params, results) = (types(params), types(results));
                let text = format!(
                    "{first}{}{}",
                    declared("param", &params),
                    declared("result", &results)
                );
                Self { text, step: Step::Open(frame, params, results) }
            }
        }
    }
}
