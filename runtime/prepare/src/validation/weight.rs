//! The most that the interpreter may take for functions, counted as they are validated.

/// Bytes of code for a byte of a body. An operand is paid for in part where it is pushed: what is left over there is
/// what the instruction takes that uses it. A local variable that is set to a 64-bit constant, and leaves it where it
/// was, takes all of it: 12 bytes of code for two. A target of several is one byte or more.
const BYTE: u32 = 6;
/// What any instruction takes besides that does more than to get or set a local variable, to push an `i32`, or to
/// access memory, without what it takes along.
pub(super) const OTHER: u32 = 12;
/// And what more a branch to several places and an instruction of vectors take.
const BRANCH_TABLE: u32 = 18;
#[cfg(feature = "simd")]
pub(super) const VECTOR: u32 = 40;
/// Bytes of code for one value that a branch, a block or a call takes along.
const VALUE: u32 = if cfg!(feature = "simd") { 20 } else { 18 };

/// How much the interpreter may take for the functions of a module that was found valid: several times what it
/// does take. With it [a coarse bound](crate::Prepared::bound_for) needs no look at their code.
///
/// ```
/// use vellum_prepare::{Loading, Options, prepare};
///
/// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
/// let module = prepare(&module, &Options::new())?;
/// let weight = module.validate(true)?;
/// let coarse = module.bound_for(Loading::default(), &weight, &|_| true)?;
/// assert!(module.bound(Loading::default())?.load.peak <= coarse.load.peak);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weight {
    /// How many functions there are, and bytes of their bodies.
    pub(crate) functions: u32,
    pub(crate) bytes: usize,
    /// Bytes of the interpreter's code.
    pub(crate) code: usize,
    /// The most of a function.
    pub(crate) most: FunctionWeight,
}

/// The same of one function, or the most that several have of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FunctionWeight {
    /// Bytes of the interpreter's code.
    pub(crate) code: u32,
    /// Places to which branches and blocks lead, or from which.
    pub(crate) branches: u32,
    /// Targets of branches to several places.
    pub(crate) targets: u32,
    /// Values that branches, blocks and calls take along.
    pub(crate) values: u32,
    pub(crate) operands: u32,
    pub(crate) blocks: u32,
    /// Local variables, and declarations of some.
    pub(crate) locals: u32,
    pub(crate) groups: u32,
}

impl FunctionWeight {
    pub(super) const NONE: Self = Self {
        code: 0,
        branches: 0,
        targets: 0,
        values: 0,
        operands: 0,
        blocks: 0,
        locals: 0,
        groups: 0,
    };

    /// Counts bytes of code.
    #[inline(always)]
    pub(super) const fn code(&mut self, bytes: u32) {
        self.code = self.code.saturating_add(bytes);
    }

    /// Counts a place that leads or is led to, and values that are taken along.
    pub(super) fn values(&mut self, count: usize) {
        self.branches = self.branches.saturating_add(2);
        if count > 0 {
            let count = number(count);
            self.values = self.values.saturating_add(count);
            self.code(count.saturating_mul(VALUE));
        }
    }

    /// Counts targets of one branch.
    pub(super) fn targets(&mut self, count: u32) {
        self.targets = self.targets.saturating_add(count);
        self.code(BRANCH_TABLE);
    }

    /// Counts what there is for each byte of the body, and for entering it.
    pub(super) fn bytes(&mut self, count: usize) {
        self.code(number(count).saturating_mul(BYTE).saturating_add(OTHER));
    }

    /// The more of each.
    fn or(self, other: Self) -> Self {
        Self {
            code: self.code.max(other.code),
            branches: self.branches.max(other.branches),
            targets: self.targets.max(other.targets),
            values: self.values.max(other.values),
            operands: self.operands.max(other.operands),
            blocks: self.blocks.max(other.blocks),
            locals: self.locals.max(other.locals),
            groups: self.groups.max(other.groups),
        }
    }
}

impl Weight {
    /// Adds a function with a body of so many bytes.
    pub(super) fn add(&mut self, function: FunctionWeight, bytes: usize) {
        self.functions = self.functions.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        self.code = self.code.saturating_add(function.code as usize);
        self.most = self.most.or(function);
    }
}

pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
