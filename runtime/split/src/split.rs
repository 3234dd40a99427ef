//! A module in parts, and how it is made of another.

use crate::error::SplitError;
use crate::main_module::MainModule;
use crate::options::SplitOptions;
use crate::part;
use crate::plan::{Place, Plan};
use crate::source::Source;
use crate::stored;
use crate::uses::Uses;
use vellum_prepare::{Options, prepare_to_vec, validate};

/// A module in parts: the main module, and the functions that are split off it.
///
/// ```
/// use vellum_split::{SplitOptions, split};
///
/// let text = r#"(module
///     (func (export "squares") (param i32 i32) (result i32)
///         (i32.add (call $square (local.get 0)) (call $square (local.get 1))))
///     (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
/// )"#;
/// let module = wat::parse_str(text).unwrap();
/// let split = split(&module, &SplitOptions::new())?;
/// assert_eq!((split.parts().len(), split.part_of()), (1, [0].as_slice()));
/// # Ok::<(), vellum_split::SplitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    main: Vec<u8>,
    part_of: Vec<u16>,
    parts: Vec<Vec<u8>>,
}

impl Split {
    /// The main module.
    pub fn main(&self) -> &[u8] {
        &self.main
    }

    /// The parts, which are modules.
    pub fn parts(&self) -> &[Vec<u8>] {
        &self.parts
    }

    /// The part of each function that is split off.
    pub fn part_of(&self) -> &[u16] {
        &self.part_of
    }

    /// Prepares the main module and the parts ahead of time.
    ///
    /// # Errors
    ///
    /// [`SplitError::Prepare`] when the options ask for more than `vellum-prepare` was built with.
    pub fn prepare(&self, options: &Options) -> Result<Self, SplitError> {
        let main = prepare_to_vec(&self.main, options)?;
        let parts = self.parts.iter().map(|part| prepare_to_vec(part, options));
        let parts = parts.collect::<Result<_, _>>()?;
        Ok(Self { main, part_of: self.part_of.clone(), parts })
    }

    /// The main module with its parts, as the runtime loads it.
    ///
    /// # Errors
    ///
    /// [`SplitError::TooLarge`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, SplitError> {
        stored::write(&self.main, &self.part_of, &self.parts)
    }
}

/// Splits a module.
///
/// # Errors
///
/// If the module is invalid for engines without threads, is prepared or in parts already, or if what
/// it becomes exceeds a limit.
pub fn split(module: &[u8], options: &SplitOptions) -> Result<Split, SplitError> {
    validate(module, false)?;
    let source = Source::read(module)?;
    let plan = Plan::of(&source, options)?;
    let main_module = MainModule::of(&source, &plan);
    let numbered = || (0..=u16::MAX).zip(&plan.parts).map(|(part, _)| part);
    let uses: Vec<_> =
        numbered().map(|part| Uses::of(&source, &plan, &main_module.types, part)).collect();
    let main = main_module.encode(&uses)?;
    let parts = numbered().zip(&uses);
    let parts: Vec<_> = parts
        .map(|(number, uses)| part::encode(&source, &plan, &main_module, number, uses))
        .collect::<Result<_, _>>()?;
    for written in std::iter::once(&main).chain(&parts) {
        validate(written, false)
            .map_err(|error| SplitError::Limit { message: error.to_string() })?;
    }
    let part_of = plan.split_off().filter_map(|function| match plan.place(function) {
        Place::Part { part, .. } => Some(part),
        Place::Main => None,
    });
    Ok(Split { main, part_of: part_of.collect(), parts })
}
