//! The bytes of a module, borrowed for ever or owned.

use crate::error::Error;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::fmt;
use vellum_memory::BufferLease;
use vellum_prepare::DataSegment;

/// The bytes of a module, by their owner. None of them is copied to make this.
///
/// What a [`Module`](crate::Module) needs of them once it is loaded is its data segments, which go from
/// there to the pages of each instance:
///
/// | made from | what a loaded module keeps |
/// |---|---|
/// | `&'static [u8]`, such as `include_bytes!` puts into flash | nothing that is not there anyway |
/// | `Vec<u8>`, `Box<[u8]>` | a copy of its data segments; the rest of the heap is free again |
/// | [`BufferLease`], `Arc<[u8]>`, [any owner](Self::from_owner) | the owner, if there are data segments; otherwise nothing |
///
/// What is kept is dropped with the last clone of the module and the last store that has an instance
/// of it; what is not kept is dropped before [`Module::new`](crate::Module::new) returns.
///
/// A module that comes at run time is received into a [`StaticBuffer`](crate::StaticBuffer), out of
/// the heap, which is free again when the module is gone:
///
/// ```
/// use vellum::{Config, Engine, Module, StaticBuffer};
///
/// static RECEIVED: StaticBuffer<[u8; 4096]> = StaticBuffer::new();
///
/// /// Reads a module from a serial line into `buffer`, and tells how many bytes it has.
/// fn receive(buffer: &mut [u8]) -> usize {
/// #   let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 0) "page"))"#).unwrap();
/// #   buffer[..module.len()].copy_from_slice(&module);
/// #   module.len()
///     // …
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new(&Config::new())?;
/// let mut buffer = RECEIVED.take()?;
/// let length = receive(&mut buffer);
/// buffer.truncate(length);
/// let module = Module::new(&engine, buffer)?;
/// assert_eq!(RECEIVED.take().unwrap_err().to_string(), "the buffer is in use");
///
/// drop(module);
/// assert!(RECEIVED.take().is_ok());
/// # Ok(())
/// # }
/// ```
pub struct ModuleBytes(Owner);

enum Owner {
    Static(&'static [u8]),
    Heap(Vec<u8>),
    Buffer(BufferLease),
    Shared(Arc<[u8]>),
    Other(Box<dyn AsBytes>),
}

/// An owner of any type.
trait AsBytes: Send + Sync {
    fn as_bytes(&self) -> &[u8];
}

impl<O: AsRef<[u8]> + Send + Sync> AsBytes for [O; 1] {
    fn as_bytes(&self) -> &[u8] {
        let [owner] = self;
        owner.as_ref()
    }
}

impl ModuleBytes {
    /// The bytes of any owner, which must give the same bytes each time: where data segments are
    /// no longer there, an instantiation fails by [`Error::ModuleBytes`].
    ///
    /// The owner itself goes to the heap, as it is.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfHeap`] where the heap has no room for the owner, which is then dropped.
    ///
    /// ```
    /// use vellum::{Config, Engine, Module, ModuleBytes};
    ///
    /// /// A part of a file that several modules are in.
    /// struct Part(std::sync::Arc<[u8]>, core::ops::Range<usize>);
    ///
    /// impl AsRef<[u8]> for Part {
    ///     fn as_ref(&self) -> &[u8] {
    ///         &self.0[self.1.clone()]
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// # let file = std::sync::Arc::from(*b"....\0asm\x01\0\0\0");
    /// let engine = Engine::new(&Config::new())?;
    /// let module = Module::new(&engine, ModuleBytes::from_owner(Part(file, 4..12))?)?;
    /// assert_eq!(module.exports().count(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_owner<O: AsRef<[u8]> + Send + Sync + 'static>(owner: O) -> Result<Self, Error> {
        let mut owners = exactly::<O>(1)?;
        owners.push(owner);
        let Ok(owner) = <Box<[O; 1]>>::try_from(owners.into_boxed_slice()) else {
            return Err(out_of_heap(size_of::<O>()));
        };
        Ok(Self(Owner::Other(owner)))
    }

    /// The bytes, if they are there for ever and owned by nobody.
    ///
    /// ```
    /// use vellum::ModuleBytes;
    ///
    /// static MODULE: &[u8] = b"\0asm\x01\0\0\0";
    /// assert_eq!(ModuleBytes::from(MODULE).as_static(), Some(MODULE));
    /// assert_eq!(ModuleBytes::from(MODULE.to_vec()).as_static(), None);
    /// ```
    pub const fn as_static(&self) -> Option<&'static [u8]> {
        match &self.0 {
            Owner::Static(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// What is needed once the module is loaded: bytes in which these segments are found. A vector is
    /// replaced by the segments, one behind the other.
    pub(super) fn into_kept(self, segments: &mut [DataSegment]) -> Result<Self, Error> {
        let length = segments.iter().map(|segment| segment.bytes.len()).sum();
        if length == 0 {
            segments.iter_mut().for_each(|segment| segment.bytes = 0..0);
            return Ok(Self(Owner::Static(&[])));
        }
        let Self(Owner::Heap(all)) = self else { return Ok(self) };
        let mut kept = exactly(length)?;
        for segment in segments {
            let start = kept.len();
            kept.extend_from_slice(all.get(segment.bytes.clone()).unwrap_or_default());
            segment.bytes = start..kept.len();
        }
        Ok(Self(Owner::Heap(kept)))
    }
}

/// An empty vector with room for exactly so many elements.
pub(super) fn exactly<E>(elements: usize) -> Result<Vec<E>, Error> {
    let mut vector = Vec::new();
    let room = vector.try_reserve_exact(elements);
    room.map_err(|_| out_of_heap(elements.saturating_mul(size_of::<E>())))?;
    Ok(vector)
}

#[cold]
fn out_of_heap(needed: usize) -> Error {
    Error::OutOfHeap { needed, free: 0 }
}

impl AsRef<[u8]> for ModuleBytes {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            Owner::Static(bytes) => bytes,
            Owner::Heap(bytes) => bytes,
            Owner::Buffer(bytes) => bytes,
            Owner::Shared(bytes) => bytes,
            Owner::Other(owner) => owner.as_bytes(),
        }
    }
}

impl fmt::Debug for ModuleBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModuleBytes({} bytes)", self.as_ref().len())
    }
}

impl From<&'static [u8]> for ModuleBytes {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Owner::Static(bytes))
    }
}

impl<const N: usize> From<&'static [u8; N]> for ModuleBytes {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self(Owner::Static(bytes))
    }
}

impl From<Vec<u8>> for ModuleBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Owner::Heap(bytes))
    }
}

impl From<Box<[u8]>> for ModuleBytes {
    fn from(bytes: Box<[u8]>) -> Self {
        Self(Owner::Heap(bytes.into_vec()))
    }
}

impl From<BufferLease> for ModuleBytes {
    fn from(bytes: BufferLease) -> Self {
        Self(Owner::Buffer(bytes))
    }
}

impl From<Arc<[u8]>> for ModuleBytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self(Owner::Shared(bytes))
    }
}
