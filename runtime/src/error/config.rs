//! What an engine is not configured for.

use core::fmt;
#[cfg(feature = "compartments")]
use vellum_compartment::CompartmentError;

/// The engine is not configured for what is asked of it. `Display` names the setter to use.
///
/// ```
/// use vellum::{Config, ConfigError, Engine, Error};
///
/// let error = Engine::new(Config::new().concurrent_calls(0)).expect_err("no call can run");
/// assert!(matches!(error, Error::Config(ConfigError::ConcurrentCalls)));
/// assert_eq!(error.to_string(), "configuration: Config::concurrent_calls must be at least 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ConfigError {
    /// [`Config::page_pool`](crate::Config::page_pool) is not set.
    PagePool,
    /// [`Config::concurrent_calls`](crate::Config::concurrent_calls) is 0.
    ConcurrentCalls,
    /// [`Config::max_recursion_depth`](crate::Config::max_recursion_depth) is 0.
    RecursionDepth,
    /// [`Config::slice`](crate::Config::slice) is 0, on an engine with threads or one that is
    /// interruptible.
    Slice,
    /// [`Config::consume_fuel`](crate::Config::consume_fuel) is not enabled.
    Fuel,
    /// [`Config::interruptible`](crate::Config::interruptible) is not enabled.
    #[cfg(feature = "interruption")]
    Interruptible,
    /// [`Config::threads`](crate::Config::threads) is not enabled.
    Threads,
    /// [`Config::threads`](crate::Config::threads) needs the crate's feature `threads`.
    ThreadsFeature,
    /// A time limit needs a [platform](crate::Config::platform) with a clock.
    Clock,
    /// Memories with 64-bit addresses need the crate's feature `memory64`.
    Memory64Feature,
    /// Another engine has the buffer of [`Config::compartment`](crate::Config::compartment).
    #[cfg(feature = "compartments")]
    CompartmentInUse,
    /// There is no compartment of that buffer.
    #[cfg(feature = "compartments")]
    Compartment(CompartmentError),
    /// [`Config::preemptible`](crate::Config::preemptible) needs a
    /// [compartment](crate::Config::compartment).
    #[cfg(feature = "compartments")]
    PreemptibleCompartment,
    /// [`Config::preemptible`](crate::Config::preemptible) needs a guard of the compartment's stack, which this
    /// chip does not have, or the firmware uses for something else.
    #[cfg(feature = "compartments")]
    PreemptibleGuard,
    /// Engines with [`Config::threads`](crate::Config::threads) are not
    /// [preemptible](crate::Config::preemptible).
    #[cfg(feature = "compartments")]
    PreemptibleThreads,
    /// Engines with [`Config::threads`](crate::Config::threads) have no modules in parts.
    PartsThreads,
    /// An engine that [believes signatures](crate::Config) has no modules in parts.
    PartsSigned,
    /// [`Config::signed_by`](crate::Config::signed_by) is not set.
    #[cfg(feature = "signed")]
    Key,
    /// Modules that nobody has signed need the crate's feature `validate`.
    ValidateFeature,
    /// [`Module::with_locked`](crate::Module::with_locked) was given an index that is no memory's.
    LockedMemory {
        /// The index.
        index: u32,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("configuration: ")?;
        f.write_str(match self {
            Self::PagePool if cfg!(feature = "std") => {
                "set a pool with Config::page_pool, or take Config::system_pages"
            }
            Self::PagePool => "set a pool with Config::page_pool",
            Self::ConcurrentCalls => "Config::concurrent_calls must be at least 1",
            Self::RecursionDepth => "Config::max_recursion_depth must be at least 1",
            Self::Slice => "Config::slice must be at least 1",
            Self::Fuel => "count fuel with Config::consume_fuel",
            #[cfg(feature = "interruption")]
            Self::Interruptible => "let guests be stopped with Config::interruptible",
            Self::Threads => "enable threads with Config::threads",
            Self::ThreadsFeature => "Config::threads needs the feature \"threads\"",
            Self::Clock => "a time limit needs a Config::platform with a clock",
            Self::Memory64Feature => "64-bit memories need the feature \"memory64\"",
            #[cfg(feature = "compartments")]
            Self::CompartmentInUse => "the buffer of Config::compartment is in use",
            #[cfg(feature = "compartments")]
            Self::Compartment(error) => return write!(f, "Config::compartment: {error}"),
            #[cfg(feature = "compartments")]
            Self::PreemptibleCompartment => "Config::preemptible needs Config::compartment",
            #[cfg(feature = "compartments")]
            Self::PreemptibleGuard => {
                "Config::preemptible needs a guard of the compartment's stack"
            }
            #[cfg(feature = "compartments")]
            Self::PreemptibleThreads => "an engine with threads is not preemptible",
            Self::PartsThreads => "an engine with threads has no modules in parts",
            Self::PartsSigned => "an engine that believes signatures has no modules in parts",
            #[cfg(feature = "signed")]
            Self::Key => "set a key with Config::signed_by",
            Self::ValidateFeature => {
                "a module that no signature is believed of needs the feature \"validate\""
            }
            Self::LockedMemory { index } => {
                return write!(f, "Module::with_locked: the module has no memory {index}");
            }
        })
    }
}

impl core::error::Error for ConfigError {}
