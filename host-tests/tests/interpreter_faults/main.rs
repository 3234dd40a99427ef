//! What the interpreter gets wrong: that it still does, and that guests get right values all the same.
//!
//! Each file has the inputs of one fault. A guard runs them on the interpreter alone and fails when
//! the fault is gone: then what mends it can be removed.

mod block_parameters;
mod branch_table;
mod case;
mod else_parameters;
mod fault;
mod loop_parameters;
mod memory_grow;
mod missing_else;
mod ours;
mod plain;
mod promote;
mod select;
mod store;
mod tail_call;
