//! What translating one function takes.

use super::super::validation::Weight;
use super::locals::PerLocal;

/// What the translator needs room for while it looks at one function; of several,
/// the most of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Bytes of the interpreter's code.
    pub(super) code: u32,
    pub(super) operands: u32,
    pub(super) blocks: u32,
    pub(super) labels: u32,
    /// Branches whose target is not known when they are written.
    pub(super) users: u32,
    /// Targets of one `br_table`.
    pub(super) targets: u32,
    pub(super) locals: u32,
    /// Declarations of local variables.
    pub(super) groups: u32,
    /// The `if` blocks that a place is in.
    pub(super) ifs: u32,
    /// Parameters of those.
    pub(super) if_parameters: u32,
    /// Operands in code that can't be reached, which is validated, but not translated.
    pub(super) dead: u32,
}

impl Body {
    /// The most of each.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            code: self.code.max(other.code),
            operands: self.operands.max(other.operands),
            blocks: self.blocks.max(other.blocks),
            labels: self.labels.max(other.labels),
            users: self.users.max(other.users),
            targets: self.targets.max(other.targets),
            locals: self.locals.max(other.locals),
            groups: self.groups.max(other.groups),
            ifs: self.ifs.max(other.ifs),
            if_parameters: self.if_parameters.max(other.if_parameters),
            dead: self.dead.max(other.dead),
        }
    }

    /// The most of all functions of a module that weighs that much.
    pub(super) fn weighed(weight: &Weight) -> Self {
        let most = weight.most;
        Self {
            code: most.code,
            operands: most.operands,
            blocks: most.blocks,
            labels: most.branches,
            users: most.branches.saturating_add(most.targets),
            targets: most.targets,
            locals: most.locals,
            groups: most.groups,
            ifs: most.blocks,
            if_parameters: most.values,
            dead: most.operands,
        }
    }

    /// A function with a body of so many bytes, whatever it is, and its vectors of local variables, where
    /// no function has more of these, and no type more parameters or results.
    pub(super) fn any(bytes: usize, locals: u32, most_values: u32) -> (Self, PerLocal) {
        let locals = locals.saturating_add(most_values);
        // A group of local variables has two bytes.
        let groups = u32::try_from(bytes / 2).unwrap_or(u32::MAX).saturating_add(most_values);
        let mut body = Self { locals, groups, ..Self::default() };
        body.anything(bytes, most_values);
        (body, PerLocal::any(locals))
    }

    /// Adds the most that code of so many bytes may take, whatever it is, where no type has more than
    /// `most_values` parameters or results.
    pub(super) fn anything(&mut self, bytes: usize, most_values: u32) {
        /// Bytes of code for one byte of a module, without what is carried to a branch or a call.
        const CODE: u32 = 32;
        /// Bytes of code for one value that is carried.
        const VALUE: u32 = 18;
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let values = bytes.saturating_mul(most_values);
        let code = bytes.saturating_mul(CODE).saturating_add(values.saturating_mul(VALUE));
        self.code = self.code.saturating_add(code);
        self.operands = self.operands.saturating_add(values);
        self.blocks = self.blocks.saturating_add(bytes / 2);
        self.labels = self.labels.saturating_add(bytes);
        self.users = self.users.saturating_add(bytes);
        self.targets = self.targets.max(bytes);
        self.ifs = self.ifs.saturating_add(bytes / 2);
        self.if_parameters = self.if_parameters.saturating_add(values / 2);
    }
}
