//! The bytes of a module, borrowed for ever or owned.

use alloc::{boxed::Box, sync::Arc, vec::Vec};
use core::ops::Deref;

/// The bytes of a module, which a [`Module`](crate::Module) keeps for as long as it lives: data
/// goes from here to the pages of each instance.
///
/// A `&'static [u8]`, such as `include_bytes!` puts into flash, is not copied.
#[derive(Debug, Clone)]
pub struct ModuleBytes(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Static(&'static [u8]),
    Owned(Arc<[u8]>),
}

impl Deref for ModuleBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Kind::Static(bytes) => bytes,
            Kind::Owned(bytes) => bytes,
        }
    }
}

impl From<&'static [u8]> for ModuleBytes {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Kind::Static(bytes))
    }
}

impl<const N: usize> From<&'static [u8; N]> for ModuleBytes {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self(Kind::Static(bytes))
    }
}

impl From<Vec<u8>> for ModuleBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kind::Owned(bytes.into()))
    }
}

impl From<Box<[u8]>> for ModuleBytes {
    fn from(bytes: Box<[u8]>) -> Self {
        Self(Kind::Owned(bytes.into()))
    }
}

impl From<Arc<[u8]>> for ModuleBytes {
    fn from(bytes: Arc<[u8]>) -> Self {
        Self(Kind::Owned(bytes))
    }
}
