//! The interpreter's settings.

use super::{Config, mode::CompilationMode};

impl Config {
    /// The configuration of the interpreter that carries this one out.
    pub(crate) fn interpreter(&self) -> wasmi::Config {
        let mut config = wasmi::Config::default();
        // The order matters: the interpreter panics where its minimum exceeds its maximum.
        config
            .set_min_stack_height(0)
            .set_max_stack_height(self.value_stack)
            .set_min_stack_height(self.value_stack)
            .set_max_recursion_depth(self.recursion)
            .set_max_cached_stacks(self.concurrent_calls)
            .consume_fuel(self.fuel || self.has_slices())
            .ignore_custom_sections(true)
            .compilation_mode(match self.mode {
                CompilationMode::Eager => wasmi::CompilationMode::Eager,
                CompilationMode::Lazy => wasmi::CompilationMode::Lazy,
            })
            // Translating is the host's work, not the guest's; and running out of fuel while a
            // function is translated lazily can't be resumed.
            .fuel_cost(wasmi::CustomFuelCosts {
                bytes_copied_per_fuel: 64,
                fuel_per_bytes_translated: 0,
                fuel_per_bytes_validated: 0,
            });
        config
    }
}
