//! The module that is written: the original one with other code.

use crate::error::OptimizeError;
use crate::loops::loops;
use crate::options::OptimizeOptions;
use crate::plan::{Unrolled, plan};
use crate::unroll::unroll;
use parser::{CustomSectionReader, FunctionBody, Operator, Parser, Payload};
use std::collections::VecDeque;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, CustomSection, Module};

/// What has to be known of a module before it is rewritten: what is unrolled in each function.
///
/// # Errors
///
/// If the module is prepared.
pub(crate) fn read(
    module: &[u8],
    options: &OptimizeOptions,
) -> Result<Vec<Vec<Unrolled>>, OptimizeError> {
    let (mut types, mut functions, mut bytes) = (Vec::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty?;
                    types.push([ty.params().len(), ty.results().len()]);
                }
            }
            Payload::CodeSectionEntry(body) => {
                bytes += body.range().end.saturating_sub(body.range().start) as usize;
                // Types that do not exist are not in a valid module.
                let arity = |ty: u32| types.get(ty as usize).copied().unwrap_or([usize::MAX; 2]);
                functions.push(loops(&body, &arity)?);
            }
            Payload::CustomSection(section)
                if section.name() == "vellum" && section.data().starts_with(b"\0vpm") =>
            {
                return Err(OptimizeError::Prepared);
            }
            _ => {}
        }
    }
    Ok(plan(functions, bytes, options))
}

/// Rewrites a module.
pub(crate) struct Rewriter {
    /// What is unrolled in the functions that come next.
    functions: VecDeque<Vec<Unrolled>>,
    falls_through: bool,
}

impl Rewriter {
    /// One that leaves out the ends of endless loops if `falls_through`.
    pub(crate) fn new(functions: Vec<Vec<Unrolled>>, falls_through: bool) -> Self {
        Self { functions: functions.into(), falls_through }
    }
}

impl Reencode for Rewriter {
    type Error = OptimizeError;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<OptimizeError>> {
        let unrolled = self.functions.pop_front().unwrap_or_default();
        if unrolled.is_empty() {
            return utils::parse_function_body(self, code, body);
        }
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let operators: Vec<_> =
            body.get_operators_reader()?.into_iter().collect::<Result<_, _>>()?;
        let mut next = 0;
        for it in &unrolled {
            let (start, end) = (it.of.start, it.of.end);
            self.copy(&mut function, &operators[next..start])?;
            if let Operator::Loop { blockty } = operators[start] {
                let inner = &operators[start + 1..end];
                unroll(&mut function, it, blockty, inner, self.falls_through)
                    .map_err(Error::UserError)?;
            }
            next = end + 1;
        }
        self.copy(&mut function, &operators[next..])?;
        code.function(&function);
        Ok(())
    }

    /// Names stay as they are, whatever they are: all indices stay, and a module is valid whatever its custom
    /// sections say.
    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error<OptimizeError>> {
        if section.name() == "name" {
            module.section(&CustomSection { name: "name".into(), data: section.data().into() });
        }
        Ok(())
    }
}

impl Rewriter {
    fn copy(
        &mut self,
        function: &mut wasm_encoder::Function,
        operators: &[Operator<'_>],
    ) -> Result<(), Error<OptimizeError>> {
        for operator in operators {
            function.instruction(&self.instruction(operator.clone())?);
        }
        Ok(())
    }
}
