//! What the bound of a load depends on besides the module.

/// How an engine loads modules, as far as the heap that they take depends on it.
///
/// ```
/// use vellum_prepare::{Loading, Options, prepare};
///
/// let module = wat::parse_str("(module (func (param i32) (drop (local.get 0))))")?;
/// let module = prepare(&module, &Options::new())?;
/// let eager = module.bound(Loading::default())?;
/// let lazy = module.bound(Loading { translates: false, ..Loading::default() })?;
/// assert!(lazy.load.peak < eager.load.peak);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loading {
    /// Whether fuel is counted.
    pub fuel: bool,
    /// Whether functions are translated when their module is loaded, or when they are called first.
    pub translates: bool,
    /// How many types of functions the engine keeps already, at most.
    pub types: usize,
}

/// Eagerly, without fuel, in an engine that has loaded no other module.
impl Default for Loading {
    fn default() -> Self {
        Self { fuel: false, translates: true, types: 0 }
    }
}
