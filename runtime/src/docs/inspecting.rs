//! [`Diff`]: crate::Diff
//! [`Dump::folded`]: crate::Dump::folded
//! [`Func::call_async`]: crate::Func::call_async
//! [`Instance::layout`]: crate::Instance::layout
//! [`Layout`]: crate::Layout
//! [`Layout::is_stack_exact`]: crate::Layout::is_stack_exact
//! [`Memory::diff`]: crate::Memory::diff
//! [`Memory::find`]: crate::Memory::find
//! [`Memory::map`]: crate::Memory::map
//! [`MemoryAccess`]: crate::MemoryAccess
//! [`Memory::watch`]: crate::Memory::watch
//! [`SharedMemory`]: crate::SharedMemory
//! [`StackPaint`]: crate::StackPaint
//!
#![doc = include_str!("../../docs/inspecting.md")]
