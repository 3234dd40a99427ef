//! Constant expressions.

use super::super::{super::reader::Reader, bytes::Bytes, growth::capacity};
use super::{EXPRESSION, Outline};
use core::ops::Range;
use wasmparser::Operator;

/// Bytes of a closure that computes.
const CLOSURE: usize = 40;

impl Outline {
    /// An expression: a closure for each operation, a stack for a moment, and references.
    pub(super) fn expression(&mut self, module: &[u8], expression: Range<usize>) {
        let mut reader = Reader::new(module, expression);
        let (mut values, mut operations) = (0usize, 0usize);
        while let Ok(operator) = reader.operator() {
            match operator {
                Operator::End => break,
                Operator::I32Add
                | Operator::I32Sub
                | Operator::I32Mul
                | Operator::I64Add
                | Operator::I64Sub
                | Operator::I64Mul => operations += 1,
                _ => values += 1,
            }
        }
        self.keep(Bytes::blocks(operations, CLOSURE));
        let room = capacity(values.saturating_sub(1), EXPRESSION);
        let stack = Bytes::array(room, EXPRESSION).and(Bytes::array(room / 2, EXPRESSION));
        self.sum.moment(stack);
    }
}
