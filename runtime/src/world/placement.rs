//! Puts a memory on pages of the pool and hands it to the interpreter.
//!
//! The one place where the interpreter is given a lease. It is sound because of three facts:
//! the slice is made from the lease alone, nobody else reaches the lease's bytes while the
//! interpreter holds it (every access of the runtime goes through the interpreter's own pointer),
//! and the store drops the interpreter's state before its leases.
#![expect(unsafe_code, reason = "a lease becomes the static slice that the interpreter asks for")]

use super::{
    definitions::{BackingStore, LocalMemory, MemoryEntry, RemoteMemory, World, WorldHandle},
    entries::push,
    inside::inside,
    session::Session,
};
use crate::engine::reservation::maximum_pages;
use crate::error::{Error, config::ConfigError, limit::Limit};
use alloc::boxed::Box;
use core::slice;
use vellum_memory::{Lease, MemoryType, PAGE_SIZE};

/// A memory that is about to be made: its pages are reserved, and given back if it is dropped.
pub(crate) struct Placement {
    ty: MemoryType,
    maximum: u64,
    lease: Option<Lease>,
}

impl Placement {
    /// Reserves the pages for a memory: as many as it may ever grow to, `cap` at most.
    pub(crate) fn reserve(world: &World, ty: MemoryType, cap: Option<u64>) -> Result<Self, Error> {
        ty.validate()?;
        let maximum = maximum_pages(world.engine.config(), &ty, cap)?;
        let bytes = maximum.saturating_mul(ty.page_size());
        let Session { id, limits, .. } = &*world.session;
        let held = world.reserved_bytes(*id);
        let limit = limits.reserved_bytes();
        if held.saturating_add(bytes) > limit {
            let pages = |bytes: u64| bytes.div_ceil(PAGE_SIZE as u64);
            return Err(Error::limit(
                Limit::Pages,
                limits.pages,
                pages(held.saturating_add(bytes)),
            ));
        }
        let lease = match bytes {
            0 => None,
            _ => Some(world.engine.config().pages.lease(bytes)?),
        };
        Ok(Self { ty, maximum, lease })
    }

    /// Makes the memory in `store` and gives its entry's index.
    pub(crate) fn place(
        self,
        store: &mut wasmi::StoreContextMut<'_, World>,
    ) -> Result<LocalMemory, Error> {
        let maximum = known_maximum(store.data(), &self.ty, self.maximum);
        let ty = to_wasmi(&self.ty, maximum).ok_or(ConfigError::Memory64Feature)?;
        // The interpreter's memory may not be longer than the memory may grow.
        let capacity =
            usize::try_from(self.maximum.saturating_mul(self.ty.page_size())).unwrap_or(usize::MAX);
        let (mut backing, base) = match self.lease {
            Some(lease) => {
                let base = lease.as_ptr();
                (BackingStore::Lease(lease), base)
            }
            None => {
                let byte = Box::new(0u8);
                let base = core::ptr::NonNull::from(&*byte);
                (BackingStore::Empty(byte), base)
            }
        };
        let buffer: &'static mut [u8] = match &mut backing {
            // SAFETY: the lease goes into the store's world, which the store drops after the
            // interpreter's state (`Store::drop`), and no code of the runtime reaches the lease's
            // bytes in between.
            BackingStore::Lease(lease) => unsafe { lease.as_static_mut() },
            // SAFETY: an empty slice may lie at any aligned address that is not null.
            BackingStore::Empty(_) | BackingStore::Locked(..) => unsafe {
                slice::from_raw_parts_mut(base.as_ptr(), 0)
            },
        };
        let buffer = buffer.get_mut(..capacity).unwrap_or_default();
        store.data_mut().placing = Some(capacity);
        let made = inside(store, |store| wasmi::Memory::new_static(store, ty, buffer));
        store.data_mut().placing = None;
        let made = made?;
        let inner = made.map_err(|error| store.data_mut().failure(&error))?;
        let base = base.as_ptr() as usize;
        let world = store.data_mut();
        let owner = world.session.id;
        let told_maximum = told(&self.ty, maximum);
        let entry =
            MemoryEntry { owner, ty: self.ty, inner, base, capacity, told_maximum, backing };
        push(&mut world.memories, entry);
        Ok(LocalMemory { memory: inner, entry: world.memories.len() - 1 })
    }
}

/// Memories of a world with the same maximum that are told apart.
const ALIKE: usize = 16;

/// The maximum of a memory as the interpreter knows it, in pages. If more is allowed by the type than is
/// reserved, it is no other memory's: by it the interpreter tells which one is to grow beyond that.
fn known_maximum(world: &World, ty: &MemoryType, reserved: u64) -> u64 {
    let last_address = if ty.is_64() { u64::MAX } else { u32::MAX.into() };
    let last = last_address >> ty.page_size_log2();
    let most = ty.maximum().map_or(last, |maximum| maximum.min(last)).max(reserved);
    let is_free = |maximum: &u64| {
        let told = told(ty, *maximum);
        world.memories.iter().all(|entry| entry.told_maximum != told)
    };
    (reserved + 1..=most).rev().take(ALIKE).find(is_free).unwrap_or(reserved)
}

/// So many pages in bytes, as the interpreter tells them.
fn told(ty: &MemoryType, pages: u64) -> usize {
    (pages << ty.page_size_log2()) as usize
}

/// What the running session has of a memory of another engine already.
fn known(world: &World, memory: &RemoteMemory) -> Option<LocalMemory> {
    let is_same = |known: &RemoteMemory| {
        WorldHandle::same(&known.shared, &memory.shared) && known.place.entry == memory.place.entry
    };
    let entry = world.memories.iter().position(|entry| {
        let BackingStore::Locked(Some(known), _) = &entry.backing else { return false };
        entry.owner == world.session.id && is_same(known)
    })?;
    Some(LocalMemory { memory: world.memories.get(entry)?.inner, entry })
}

/// The entry for a memory of another engine, of which the interpreter gets none of the bytes. It is made
/// when the memory is given to a session for the first time.
pub(crate) fn locked(
    store: &mut wasmi::StoreContextMut<'_, World>,
    memory: RemoteMemory,
) -> Result<LocalMemory, Error> {
    if let Some(known) = known(store.data(), &memory) {
        return Ok(known);
    }
    store.data().check_memories(1)?;
    let ty = memory.ty;
    let empty = MemoryType::builder().max(Some(0)).page_size_log2(ty.page_size_log2()).build()?;
    let place = Placement { ty: empty, maximum: 0, lease: None }.place(store)?;
    let entry = store.data_mut().memories.get_mut(place.entry).ok_or(Error::WrongStore)?;
    entry.ty = ty;
    let BackingStore::Empty(byte) =
        core::mem::replace(&mut entry.backing, BackingStore::Empty(Box::new(0)))
    else {
        return Err(Error::WrongStore);
    };
    entry.backing = BackingStore::Locked(Some(memory), byte);
    Ok(place)
}

/// The interpreter's type for a memory of type `ty` that it knows to have `maximum` pages at most.
fn to_wasmi(ty: &MemoryType, maximum: u64) -> Option<wasmi::MemoryType> {
    let mut builder = wasmi::MemoryType::builder();
    builder
        .min(ty.minimum())
        .max(Some(maximum))
        .memory64(ty.is_64())
        .page_size_log2(ty.page_size_log2());
    builder.build().ok()
}
