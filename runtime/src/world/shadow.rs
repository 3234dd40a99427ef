//! Shadow stacks, which instrumented modules keep in a memory of their own.

use super::{
    StoreMut, World,
    entries::push,
    session::StoreId,
    whose::{Tops, Whose},
};
use crate::backtrace::{
    Backtrace,
    frame::FrameInfo,
    names::{STACK, TOP},
};
use crate::error::{Error, trap::Trap};
use crate::module::Module;
use alloc::vec::Vec;
use core::ops::Range;
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

/// Takes notice of a new instance, if its module is instrumented, and gives the place of its shadow stack.
pub(crate) fn note(
    store: &mut StoreMut<'_>,
    module: &Module,
    instance: &Instance,
    entry: Option<usize>,
) -> Option<usize> {
    let memory = instance.get_memory(&*store, STACK);
    let (memory, top) = memory.zip(instance.get_global(&*store, TOP))?;
    if !top.ty(&*store).mutability().is_mut() || !matches!(top.get(&*store), Val::I32(_)) {
        return None;
    }
    store.data_mut().session.is_instrumented = true;
    let (owner, module) = (store.data().session.id, module.clone());
    push(&mut store.data_mut().shadows, Shadow { owner, module, entry, memory, top });
    store.data().shadows.len().checked_sub(1)
}

/// A call begins: notes how large the shadow stacks of the running session are, and gives how many calls it is
/// inside of. Tail calls before it have found their callees.
pub(crate) fn begin(store: &mut StoreMut<'_>) -> usize {
    let whose = store.data().session.whose;
    let tops = Tops(own(store.data(), whose).map(|shadow| shadow.size(store)).collect());
    let memories: Vec<Memory> = own(store.data(), whose).map(|shadow| shadow.memory).collect();
    for memory in memories {
        let (frames, _) = memory.data_mut(&mut *store).as_chunks_mut::<{ FRAME as usize }>();
        if let [_, _, .., pending] = frames {
            *pending = [0; FRAME as usize];
        }
    }
    let calls = &mut store.data_mut().session.calls;
    calls.push(tops);
    calls.len() - 1
}

/// The call that is inside of so many is over: makes the shadow stacks as large as they were, if it has
/// `failed`, and those empty that are new.
pub(crate) fn end(store: &mut StoreMut<'_>, call: usize, failed: bool) {
    let session = &mut store.data_mut().session;
    let ended = session.calls.drain(call.min(session.calls.len())..).next();
    let (Some(Tops(sizes)), whose) = (ended.filter(|_| failed), session.whose) else { return };
    let stacks: Vec<Global> = own(store.data(), whose).map(|shadow| shadow.top).collect();
    let sizes = sizes.into_iter().chain(core::iter::repeat(0));
    for (top, size) in stacks.into_iter().zip(sizes) {
        // It is mutable and of this type, or there would be no shadow.
        drop(top.set(&mut *store, Val::I32(size.cast_signed())));
    }
}

/// What the shadow stacks tell, of a call that failed by `error` or goes on, if there are any frames: those of
/// the thread that failed, or of who runs.
///
/// A call by the embedder or a host function ends the frames that were there before. Between two of them
/// those of several instances follow each other in the order in which these were made, as a module calls those
/// that it imports.
pub(crate) fn backtrace(store: &StoreMut<'_>, error: Option<&Error>) -> Option<Backtrace> {
    // A tail call may have looked for its callee in vain, or have found one that failed otherwise.
    let in_vain = matches!(
        error,
        Some(Error::Trap(
            Trap::TableOutOfBounds | Trap::UninitializedElement | Trap::IndirectCallTypeMismatch
        ))
    );
    let session = &store.data().session;
    let (whose, calls) = match session.failed {
        Some(thread) if thread != session.whose => (thread, [].as_slice()),
        _ => (session.whose, session.calls.as_slice()),
    };
    let mut backtrace = Backtrace { frames: Vec::new(), depth: 0 };
    // The outermost call has all that is below, too.
    let inner = calls.iter().skip(1).rev().map(Some).chain([None]);
    let mut outer: Option<&Tops> = None;
    for begun in inner {
        for (index, shadow) in own(store.data(), whose).enumerate() {
            let size = |tops: &Tops| tops.0.get(index).copied().unwrap_or(0);
            let frames = begun.map_or(0, size)..outer.map_or(u32::MAX, size);
            shadow.add_to(store, frames, in_vain, &mut backtrace);
        }
        outer = begun;
    }
    (backtrace.depth > 0).then_some(backtrace)
}

fn own(world: &World, whose: Whose) -> impl Iterator<Item = &Shadow> {
    let shadows = world.shadows.iter().enumerate();
    let own = shadows.filter(move |(place, shadow)| match whose {
        Whose::Program => shadow.owner == world.session.id && shadow.entry.is_some(),
        Whose::Thread(thread) => thread == Some(*place),
    });
    own.map(|(_, shadow)| shadow)
}

impl Shadow {
    fn size(&self, store: &StoreMut<'_>) -> u32 {
        match self.top.get(store) {
            Val::I32(size) => size.cast_unsigned(),
            _ => 0,
        }
    }

    /// Appends the frames between two sizes, innermost first.
    fn add_to(
        &self,
        store: &StoreMut<'_>,
        sizes: Range<u32>,
        in_vain: bool,
        backtrace: &mut Backtrace,
    ) {
        let bytes = self.memory.data(store);
        let (frames, _) = bytes.as_chunks::<{ FRAME as usize }>();
        let room = u32::try_from(frames.len()).unwrap_or(u32::MAX).saturating_sub(BEHIND);
        let is_innermost = self.size(store) <= sizes.end;
        let pending = in_vain
            && sizes.end == u32::MAX
            && frames.last().is_some_and(|last| room > 0 && *last != [0; 8]);
        let end = (self.size(store).min(sizes.end) / FRAME).saturating_add(u32::from(pending));
        let start = (sizes.start / FRAME).min(end);
        let first = backtrace.depth;
        backtrace.depth = first.saturating_add(end - start);
        let known = start..end.min(room).max(start);
        let innermost = (end > room && end > start && is_innermost).then_some(room);
        let count = (known.len() + 1).min(KEPT);
        let places = innermost.into_iter().chain(known.rev()).take(KEPT);
        let places = places.filter_map(|place| Some((place, frames.get(place as usize)?)));
        if backtrace.frames.try_reserve_exact(count).is_err() {
            return;
        }
        for (place, [i0, i1, i2, i3, o0, o1, o2, o3]) in places {
            let is_shared = place == room;
            let inner = if is_shared { 0 } else { end - 1 - place };
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
