//! Where a guest was when its call failed.

pub(crate) mod frame;
pub(crate) mod names;

use alloc::vec::Vec;
use core::fmt;
use frame::FrameInfo;

/// Where a guest was when its call failed: the functions that were active, innermost first.
///
/// Modules tell that are instrumented by the crate `vellum-instrument`; others have no frames. Offsets and
/// indices are those of the module that was instrumented.
///
/// Of a recursion that is deeper than the shadow stack of an instance frames are missing; up to 64 frames of
/// an instance are kept. A guest that ran out of fuel was somewhere behind the offset of its innermost
/// frame. A call by a host function has its frames before those of the call around it. Within one such call
/// the frames of several instances are in the order of their creation, the first innermost, since a module calls
/// those that it imports. Of a thread that a guest has started only the frames of its own instance are told, and
/// if one fails, no others.
///
/// ```
/// # #[cfg(feature = "backtrace")] {
/// use vellum::{Config, Engine, Instance, Module, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// // As vellum-instrument would write it: a frame of function 0, which executes the instruction at 30.
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module $fan (memory (export "vellum.backtrace.stack") 32 32 (pagesize 1))
///         (global (export "vellum.backtrace.top") (mut i32) (i32.const 0))
///         (func (export "run")
///             (global.set 0 (i32.const 8)) (i32.store offset=4 (i32.const 0) (i32.const 30))
///             unreachable))"#,
/// ).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let run = Instance::new(&mut store, &module, &[])?.get_typed_func::<(), ()>(&store, "run")?;
/// run.call(&mut store, ()).expect_err("it traps");
/// let backtrace = store.backtrace().expect("the module tells");
/// assert_eq!(backtrace.frames()[0].func_index(), Some(0));
/// assert_eq!(backtrace.frames()[0].module_offset(), 30);
/// let text = "wasm backtrace:\n    0:   0x1e - fan!<wasm function 0>";
/// assert_eq!(backtrace.to_string(), text);
/// # Ok(())
/// # }
/// # main().unwrap() }
/// ```
#[derive(Debug, Clone)]
pub struct Backtrace {
    pub(crate) frames: Vec<FrameInfo>,
    pub(crate) depth: u32,
}

impl Backtrace {
    /// The frames that are known, innermost first.
    pub fn frames(&self) -> &[FrameInfo] {
        &self.frames
    }

    /// Whether what `outer` tells is a part of this.
    pub(crate) fn is_inside(&self, outer: &Self) -> bool {
        let more = self.depth.saturating_sub(outer.depth);
        outer.frames.iter().all(|frame| {
            let place = frame.number.saturating_add(more);
            let same = self.frames.iter().find(|frame| frame.number == place);
            // Where it is not kept, there are many between.
            same.is_none_or(|same| same.module_offset == frame.module_offset)
        })
    }

    /// How many functions were active. There are fewer frames of a deep recursion.
    pub fn depth(&self) -> usize {
        self.depth as usize
    }
}

impl fmt::Display for Backtrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wasm backtrace:")?;
        let mut next = 0;
        for frame in &self.frames {
            missing(f, next, frame.number)?;
            write!(f, "\n{:>5}: {frame}", frame.number)?;
            next = frame.number + 1;
        }
        missing(f, next, self.depth)
    }
}

fn missing(f: &mut fmt::Formatter<'_>, next: u32, number: u32) -> fmt::Result {
    match number.saturating_sub(next) {
        0 => Ok(()),
        count => write!(f, "\n       {count} more"),
    }
}
