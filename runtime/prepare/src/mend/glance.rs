//! The operands of a function at a glance: which may be constants, and where a comparison with zero
//! is of which the interpreter may make another instruction.
//!
//! Whatever [`stack`](super::stack) says is said here, too, and more: a bit for each of the uppermost
//! operands, where it says all that is known of all of them.

/// Where a comparison with zero may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    /// There is none.
    Nowhere,
    /// With so many operands above it.
    Below(u32),
    Anywhere,
}

/// The bit of the uppermost operand.
const TOP: u32 = 1;
/// That of an operand that is not known.
const LOWEST: u32 = 1 << 31;

/// What is known of the operands.
pub(super) struct Glance {
    /// Those that may be constants, the uppermost one being the last bit.
    constants: u32,
    /// Those that may be zero.
    zeros: u32,
    test: Test,
    /// Whether the last instruction left its result in a register, and can't be left out.
    in_register: bool,
}

impl Glance {
    pub(super) const fn new() -> Self {
        Self { constants: u32::MAX, zeros: u32::MAX, test: Test::Nowhere, in_register: false }
    }

    /// Nothing is known of the operands.
    pub(super) const fn forget(&mut self) {
        self.constants = u32::MAX;
        self.zeros = u32::MAX;
        self.in_register = false;
    }

    /// No instruction can be left out any more.
    pub(super) const fn commit(&mut self) {
        self.test = Test::Nowhere;
    }

    /// Any of the operands may have become another one.
    pub(super) fn disturb(&mut self) {
        self.forget();
        if self.test != Test::Nowhere {
            self.test = Test::Anywhere;
        }
    }

    fn push(&mut self, constant: bool, zero: bool) {
        self.constants = self.constants << 1 | u32::from(constant);
        self.zeros = self.zeros << 1 | u32::from(zero);
        if let Test::Below(above) = &mut self.test {
            *above += 1;
        }
        self.in_register = false;
    }

    /// Takes an operand, and returns whether it may be constant.
    fn pop(&mut self) -> bool {
        let constant = self.constants & TOP != 0;
        self.constants = self.constants >> 1 | LOWEST;
        self.zeros = self.zeros >> 1 | LOWEST;
        if let Test::Below(above) = self.test {
            self.test = above.checked_sub(1).map_or(Test::Nowhere, Test::Below);
        }
        constant
    }

    pub(super) fn get(&mut self) {
        self.push(false, false);
    }

    pub(super) fn constant(&mut self, zero: bool) {
        self.push(true, zero);
    }

    pub(super) fn drop(&mut self, count: u32) {
        for _ in 0..count {
            self.pop();
        }
        self.in_register = false;
    }

    /// Takes one operand and gives what is constant if that is.
    pub(super) fn unary(&mut self) {
        let constant = self.pop();
        self.push(constant, constant);
        self.in_register = !constant;
    }

    /// The same, of which it is not known where it is.
    pub(super) fn moved(&mut self) {
        self.unary();
        self.in_register = false;
    }

    /// Takes one operand and gives what is no constant.
    pub(super) fn load(&mut self) {
        self.pop();
        self.push(false, false);
        self.in_register = true;
    }

    pub(super) fn binary(&mut self) {
        let constant = self.pop() & self.pop();
        self.push(constant, constant);
        self.in_register = !constant;
    }

    /// An instruction that leaves its operand as it is.
    pub(super) const fn pass(&mut self) {
        self.in_register = false;
    }

    pub(super) fn shift(&mut self) {
        let value = self.test == Test::Below(1);
        self.binary();
        self.in_register = false;
        if value {
            self.test = Test::Below(0);
        }
    }

    /// A comparison of two operands, which may be one with zero.
    pub(super) fn test(&mut self) {
        let not_zero = self.constants & !self.zeros & TOP != 0;
        let may_be = !not_zero && self.zeros & 0b11 != 0;
        self.binary();
        self.tested(may_be);
    }

    /// A comparison with zero, which matters where the operand is in a slot, or another one.
    pub(super) fn test_zero(&mut self) {
        let may_be = !self.in_register;
        self.unary();
        self.tested(may_be);
    }

    fn tested(&mut self, may_be: bool) {
        self.in_register = false;
        if may_be {
            let is_one = self.test == Test::Nowhere;
            self.test = if is_one { Test::Below(0) } else { Test::Anywhere };
        }
    }

    /// Returns whether the condition may be a comparison with zero.
    pub(super) fn select(&mut self) -> bool {
        let (is_condition, is_value) = match self.test {
            Test::Nowhere => (false, false),
            Test::Below(above) => (above == 0, above == 1 || above == 2),
            Test::Anywhere => (true, false),
        };
        self.pop();
        self.binary();
        self.in_register = false;
        if is_value {
            self.test = Test::Below(0);
        }
        is_condition
    }
}
