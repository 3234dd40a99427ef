//! Shadow stacks, which instrumented modules keep in a memory of their own.

use super::{StoreMut, World, entries::push, session::StoreId};
use crate::backtrace::{
    Backtrace,
    frame::FrameInfo,
    names::{STACK, TOP},
};
use crate::error::{Error, trap::Trap};
use crate::module::Module;
use alloc::vec::Vec;
use wasmi::{Global, Instance, Memory, Val};

/// Bytes of a frame: the index of its function, and an offset.
const FRAME: u32 = 8;
/// Frames besides those that are told one by one: what all deeper ones share, and a note.
const BEHIND: u32 = 2;
/// Frames of an instance that are kept, at most.
const KEPT: usize = 64;

/// The shadow stack of an instance.
pub(crate) struct Shadow {
    owner: StoreId,
    module: Module,
    /// The entry of the instance, unless it is a thread's.
    entry: Option<usize>,
    memory: Memory,
    top: Global,
}

/// How large the shadow stacks of a session were.
#[derive(Debug, Default)]
pub(crate) struct Tops(Vec<u32>);

/// Takes notice of a new instance, if its module is instrumented.
pub(crate) fn note(
    store: &mut StoreMut<'_>,
    module: &Module,
    instance: &Instance,
    entry: Option<usize>,
) {
    let memory = instance.get_memory(&*store, STACK);
    let Some((memory, top)) = memory.zip(instance.get_global(&*store, TOP)) else { return };
    if !top.ty(&*store).mutability().is_mut() || !matches!(top.get(&*store), Val::I32(_)) {
        return;
    }
    store.data_mut().session.is_instrumented = true;
    let (owner, module) = (store.data().session.id, module.clone());
    push(&mut store.data_mut().shadows, Shadow { owner, module, entry, memory, top });
}

/// How large the shadow stacks of the running session are.
pub(crate) fn tops(store: &StoreMut<'_>) -> Tops {
    Tops(own(store.data()).map(|shadow| shadow.size(store)).collect())
}

/// Makes them as large as they were, and those empty that are new.
pub(crate) fn restore(store: &mut StoreMut<'_>, tops: &Tops) {
    let stacks: Vec<Global> = own(store.data()).map(|shadow| shadow.top).collect();
    let sizes = tops.0.iter().copied().chain(core::iter::repeat(0));
    for (top, size) in stacks.into_iter().zip(sizes) {
        // It is mutable and of this type, or there would be no shadow.
        drop(top.set(&mut *store, Val::I32(size.cast_signed())));
    }
}

/// What the shadow stacks tell, of a call that failed by `error` or goes on, if there are any frames.
pub(crate) fn backtrace(store: &StoreMut<'_>, error: Option<&Error>) -> Option<Backtrace> {
    // A tail call may have looked for its callee in vain, or have found one that failed otherwise.
    let in_vain = matches!(
        error,
        Some(Error::Trap(
            Trap::TableOutOfBounds | Trap::UninitializedElement | Trap::IndirectCallTypeMismatch
        ))
    );
    let mut backtrace = Backtrace { frames: Vec::new(), depth: 0 };
    for shadow in own(store.data()) {
        shadow.add_to(store, in_vain, &mut backtrace);
    }
    (backtrace.depth > 0).then_some(backtrace)
}

fn own(world: &World) -> impl Iterator<Item = &Shadow> {
    world.shadows.iter().filter(|shadow| shadow.owner == world.session.id)
}

impl Shadow {
    fn size(&self, store: &StoreMut<'_>) -> u32 {
        match self.top.get(store) {
            Val::I32(size) => size.cast_unsigned(),
            _ => 0,
        }
    }

    /// Appends the frames, innermost first.
    fn add_to(&self, store: &StoreMut<'_>, in_vain: bool, backtrace: &mut Backtrace) {
        let bytes = self.memory.data(store);
        let (frames, _) = bytes.as_chunks::<{ FRAME as usize }>();
        let room = u32::try_from(frames.len()).unwrap_or(u32::MAX).saturating_sub(BEHIND);
        let pending = in_vain && frames.last().is_some_and(|last| room > 0 && *last != [0; 8]);
        let depth = (self.size(store) / FRAME).saturating_add(u32::from(pending));
        let first = backtrace.depth;
        backtrace.depth = first.saturating_add(depth);
        let known = depth.min(room);
        let innermost = (depth > room).then_some(room);
        let places = innermost.into_iter().chain((0..known).rev()).take(KEPT);
        let places = places.filter_map(|place| Some((place, frames.get(place as usize)?)));
        if backtrace.frames.try_reserve_exact((known as usize + 1).min(KEPT)).is_err() {
            return;
        }
        for (place, [i0, i1, i2, i3, o0, o1, o2, o3]) in places {
            let is_shared = place == room;
            let inner = if is_shared { 0 } else { depth - 1 - place };
            backtrace.frames.push(FrameInfo {
                module: self.module.clone(),
                entry: self.entry,
                func_index: (!is_shared).then(|| u32::from_le_bytes([*i0, *i1, *i2, *i3])),
                module_offset: u32::from_le_bytes([*o0, *o1, *o2, *o3]),
                number: first.saturating_add(inner),
            });
        }
    }
}
