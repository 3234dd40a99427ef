//! Where operands come from.

use super::{case::Case, operator::Operator, ty::Ty};
use std::fmt::Write;

/// Where an operand comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A parameter that nothing else uses.
    Local,
    /// The parameter or local that another operand of its type came from last.
    Same,
    /// The constant 0.
    Zero,
    /// Another constant.
    Constant,
    /// The result of a call, in a slot of the stack.
    Slot,
    /// The result of an instruction, in a register until another one needs it.
    Register,
    /// The same, in a local as well.
    Tee,
    /// A local that was set at the beginning.
    Early,
}

impl Source {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Local,
        Self::Register,
        Self::Zero,
        Self::Same,
        Self::Tee,
        Self::Constant,
        Self::Slot,
        Self::Early,
    ];
}

/// A function in the making.
#[derive(Debug, Default)]
pub(super) struct Builder {
    case: Case,
    /// Sets locals before all else.
    early: String,
    /// The parameter or local that was used last, by type.
    last: Vec<(Ty, String)>,
    constants: usize,
}

/// An instruction of which the result is in a register.
fn computed(ty: Ty) -> &'static str {
    match ty {
        Ty::I32 => "i32.const 3 i32.add",
        Ty::I64 => "i64.const 3 i64.add",
        Ty::F32 => "f32.abs",
        Ty::F64 => "f64.abs",
        Ty::V128 => "i64x2.neg",
        Ty::Func => "table.get $t",
    }
}

fn constant(ty: Ty, number: usize) -> &'static str {
    let all = match ty {
        Ty::I32 => ["i32.const -1", "i32.const 1", "i32.const 65535"],
        Ty::I64 => ["i64.const -1", "i64.const 1", "i64.const 0x123456789"],
        Ty::F32 => ["f32.const -1.5", "f32.const nan", "f32.const inf"],
        Ty::F64 => ["f64.const -1.5", "f64.const nan", "f64.const inf"],
        Ty::V128 => {
            ["v128.const i64x2 -1 7", "v128.const f32x4 1 2 nan -0", "v128.const i32x4 1 2 3 4"]
        }
        Ty::Func => ["ref.func $id_i32", "ref.func $two", "ref.func $swap"],
    };
    all[number % all.len()]
}

fn zero(ty: Ty) -> String {
    match ty {
        Ty::Func => "ref.null func".to_owned(),
        Ty::V128 => "v128.const i64x2 0 0".to_owned(),
        _ => format!("{}.const 0", ty.name()),
    }
}

impl Builder {
    /// Adds instructions.
    pub(super) fn push(&mut self, text: &str) {
        let _ = write!(self.case.body, " {text}");
    }

    /// Adds what comes before the operands of an operator.
    pub(super) fn open(&mut self, operator: &Operator) {
        self.push(&operator.before);
    }

    /// Adds the instructions of an operator.
    pub(super) fn close(&mut self, operator: &Operator) {
        let mut text = operator.text.clone();
        for ty in [Ty::I32, Ty::I64, Ty::F32, Ty::F64, Ty::V128, Ty::Func] {
            let scratch = format!("$t_{}", ty.name());
            if text.contains(&scratch) {
                let local = self.local(ty);
                text = text.replace(&scratch, &local);
            }
        }
        self.push(&text);
        self.case.effects |= operator.effects;
    }

    /// A new parameter. A reference comes from a table, by a parameter that is an index.
    fn param(&mut self, ty: Ty) -> String {
        let name = format!("$p{}", self.case.params.len());
        let kind = if ty == Ty::Func { Ty::I32 } else { ty };
        self.case.params.push(kind);
        if ty == Ty::Func {
            return format!("local.get {name} i32.const 1 i32.and");
        }
        self.used(ty, &name);
        format!("local.get {name}")
    }

    fn local(&mut self, ty: Ty) -> String {
        let name = format!("$l{}", self.case.locals.len());
        self.case.locals.push(ty);
        name
    }

    fn used(&mut self, ty: Ty, name: &str) {
        self.last.retain(|(known, _)| *known != ty);
        self.last.push((ty, name.to_owned()));
    }

    /// Adds an operand.
    pub(super) fn operand(&mut self, source: Source, ty: Ty) {
        let text = match source {
            Source::Zero => zero(ty),
            Source::Constant => {
                self.constants += 1;
                constant(ty, self.constants).to_owned()
            }
            Source::Same => match self.last.iter().find(|(known, _)| *known == ty) {
                Some((_, name)) => format!("local.get {name}"),
                None => return self.operand(Source::Local, ty),
            },
            Source::Local if ty != Ty::Func => self.param(ty),
            Source::Slot if ty == Ty::V128 => format!("{} call $id_v128", self.param(ty)),
            Source::Slot if ty == Ty::Func => {
                format!("{} table.get $t call $id_funcref", self.param(ty))
            }
            Source::Slot => format!("{} call $id_{}", self.param(ty), ty.name()),
            Source::Register => format!("{} {}", self.param(ty), computed(ty)),
            Source::Tee => {
                let (param, local) = (self.param(ty), self.local(ty));
                self.used(ty, &local);
                format!("{param} {} local.tee {local}", computed(ty))
            }
            Source::Early | Source::Local => {
                let (param, local) = (self.param(ty), self.local(ty));
                self.used(ty, &local);
                let _ = write!(self.early, "{param} {} local.set {local} ", computed(ty));
                format!("local.get {local}")
            }
        };
        self.push(&text);
    }

    /// The function, which gives what is on the stack.
    pub(super) fn finish(mut self, results: Vec<Ty>, nan_bits: bool) -> Case {
        self.case.body = format!("{}{}", self.early, self.case.body.trim_start());
        Case { results, nan_bits, ..self.case }
    }
}
