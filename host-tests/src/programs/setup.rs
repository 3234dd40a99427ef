//! How the runtime is set up for a program.

use fastrand::Rng;
use vellum::{CompilationMode, Config, ModuleLimits};
use vellum_instrument::{InstrumentOptions, instrument};
use vellum_optimize::{OptimizeOptions, optimize};
use vellum_prepare::{Options, prepare_to_vec};

/// Pages that memories without a maximum may grow by, beside those that hold backtraces.
const RESERVE: u64 = 8;

/// One of the ways to run a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setup {
    mode: CompilationMode,
    fuel: bool,
    /// Fuel of a slice, of an engine with threads.
    slice: Option<u64>,
    /// Whether modules are prepared ahead of time.
    ahead: bool,
    /// Whether modules are optimized, with as many loops unrolled as there are.
    optimized: bool,
    /// Whether modules are instrumented, so that failures leave backtraces.
    instrumented: bool,
    /// After how many units an instrumented module calls the host.
    profile: Option<u32>,
}

impl Setup {
    /// Eager, without fuel and without threads: what most use.
    pub const PLAIN: Self = Self {
        mode: CompilationMode::Eager,
        fuel: false,
        slice: None,
        ahead: false,
        optimized: false,
        instrumented: false,
        profile: None,
    };

    /// As [`Setup::PLAIN`], with modules that are optimized.
    pub const OPTIMIZED: Self = Self { optimized: true, ..Self::PLAIN };

    /// As [`Setup::PLAIN`], with backtraces.
    pub const INSTRUMENTED: Self = Self { instrumented: true, ..Self::PLAIN };

    /// As [`Setup::INSTRUMENTED`], and optimized then.
    pub const INSTRUMENTED_OPTIMIZED: Self = Self { optimized: true, ..Self::INSTRUMENTED };

    /// As [`Setup::INSTRUMENTED`], and profiled, which calls a host function now and then.
    pub const PROFILED: Self = Self { profile: Some(7), ..Self::INSTRUMENTED };

    /// Eager, with fuel, at once or in slices.
    pub(crate) fn in_slices(slice: Option<u64>) -> Self {
        Self { fuel: true, slice, ..Self::PLAIN }
    }

    /// Any setup that runs a program, with tail calls if `tail_calls`.
    pub(crate) fn any(rng: &mut Rng, tail_calls: bool) -> Self {
        const MODES: [CompilationMode; 2] = [CompilationMode::Eager, CompilationMode::Lazy];
        const SLICES: [u64; 6] = [1, 2, 7, 20, 100, 10_000];
        let threads = !tail_calls && rng.bool();
        Self {
            mode: MODES[rng.usize(..MODES.len())],
            fuel: rng.bool(),
            slice: threads.then(|| SLICES[rng.usize(..SLICES.len())]),
            ahead: rng.u8(..4) == 0,
            optimized: rng.u8(..4) == 0,
            instrumented: false,
            profile: None,
        }
    }

    pub(super) fn consumes_fuel(self) -> bool {
        self.fuel
    }

    pub(super) fn has_threads(self) -> bool {
        self.slice.is_some()
    }

    pub(super) fn configure(self, config: &mut Config) {
        config
            .max_value_stack(1 << 16)
            .max_recursion_depth(200)
            .module_limits(ModuleLimits::UNLIMITED)
            .consume_fuel(self.fuel)
            .compilation_mode(self.mode);
        if self.instrumented {
            config.memory_reserve(RESERVE);
        }
        if let Some(slice) = self.slice {
            config.threads(true).slice(slice);
        }
    }

    pub(super) fn is_instrumented(self) -> bool {
        self.instrumented
    }

    pub(super) fn prepare(self, module: &[u8]) -> Vec<u8> {
        let mut module = module.to_vec();
        if self.instrumented {
            let mut options = InstrumentOptions::new().frames(512).core_dump(true);
            if let Some(units) = self.profile {
                options = options.profile(units);
            }
            module = instrument(&module, &options).expect("only valid modules are compared");
        }
        if self.optimized {
            let options = OptimizeOptions::new().copies(8).growth(1000);
            module = optimize(&module, &options).expect("only valid modules are compared");
        }
        if !self.ahead {
            return module;
        }
        let options = Options::new().threads(self.has_threads());
        prepare_to_vec(&module, &options).expect("only valid modules are compared")
    }
}
