//! A choice of cases as scripts: what is right is computed here, and compared on a chip.

use super::{
    Case, Family, LIBRARY, Outcome, Part, Run, Theirs, Ty, Value, arguments, families, module,
    outcome::GLOBALS, outcome::list,
};
use std::{error::Error, fmt::Write, fs, path::Path};
use vellum_scenarios::script::{Action, Argument, Directive, Float, Line, Pattern, Way, encode};

/// Functions of one module, so that a small heap holds it, and of one whose functions have many calls.
const MODULE: usize = 48;
const SMALL_MODULE: usize = 4;

/// Bytes of a file, which a chip reads as a whole, and room in it for the script of a module.
const FILE: usize = 512 * 1024;
const SCRIPT: usize = 128 * 1024;

/// Which cases of a family a chip runs.
struct Choice {
    family: &'static str,
    /// Of how many shapes of a group one is taken; without, the first one.
    every: Option<usize>,
    /// Of how many of these cases one is taken.
    step: usize,
    /// Calls of each function, at most.
    calls: usize,
}

const fn choice(family: &'static str, every: usize, step: usize, calls: usize) -> Choice {
    Choice { family, every: Some(every), step, calls }
}

const CHOICES: [Choice; 12] = [
    // Operands that are parameters, with all arguments; of the others one in 23.
    Choice { family: "numbers", every: None, step: 1, calls: usize::MAX },
    choice("numbers", 23, 1, 4),
    choice("pairs", 1_000_001, 4, 3),
    choice("moves", 201, 5, 3),
    choice("chains", 301, 1, 3),
    choice("comparisons", 10_001, 1, 4),
    choice("longs", 1001, 1, 4),
    choice("floats", 501, 1, 6),
    choice("accesses", 1001, 1, 4),
    choice("blocks", 1501, 1, 4),
    choice("tables", 1001, 1, 4),
    choice("calls", 2001, 1, 4),
];

/// Files in the making.
struct Files<'a> {
    folder: &'a Path,
    scripts: Vec<u8>,
    /// What each line of the scripts is about.
    texts: String,
    count: usize,
}

/// Writes `0.scripts`, `1.scripts` … to the folder, of the named families or, without names, of all, and what
/// their lines are about to `0.txt` and so on. Gives how many files, functions and calls there are.
///
/// # Errors
///
/// If a family makes an invalid module, or the files can't be written.
pub fn scripts(folder: &Path, names: &[String]) -> Result<[usize; 3], Box<dyn Error>> {
    let theirs = Theirs::new()?;
    let mut files = Files { folder, scripts: Vec::new(), texts: String::new(), count: 0 };
    let (mut functions, mut calls) = (0, 0);
    let families = families();
    let wanted = |choice: &Choice| names.is_empty() || names.iter().any(|it| it == choice.family);
    for Choice { family: name, every, step, calls: most } in CHOICES.into_iter().filter(wanted) {
        let family = families.iter().find(|family| family.name() == name);
        let family = &**family.ok_or("no such family")?;
        let mut cases = cases(family, every).step_by(step).filter(is_for_chips);
        let size = if most == usize::MAX { SMALL_MODULE } else { MODULE };
        for number in 0.. {
            let batch: Vec<Case> = cases.by_ref().take(size).collect();
            if batch.is_empty() {
                break;
            }
            let name = format!("{name}-{}-{number}", every.unwrap_or_default());
            let lines = files.lines(&theirs, &name, &batch, most)?;
            functions += batch.len();
            calls += lines.len();
            let way = match number % 2 == 1 && !family.has_tail_calls() {
                true => Way::Slices(7),
                false => Way::OnLoad,
            };
            let scripts =
                encode(std::mem::take(&mut files.scripts), &name, vec![(way, 0)], &lines)?;
            files.scripts = scripts;
            if files.scripts.len() > FILE - SCRIPT {
                files.write()?;
            }
        }
    }
    files.write()?;
    Ok([files.count, functions, calls])
}

fn cases(family: &dyn Family, every: Option<usize>) -> Box<dyn Iterator<Item = Case> + '_> {
    let to = family.groups();
    match every {
        Some(every) => Box::new(Part { from: 0, to, every }.cases(family)),
        None => Box::new((0..to).filter_map(|group| family.case(group, 0))),
    }
}

/// Whether the case comes to the same on every machine, where memories can't grow.
fn is_for_chips(case: &Case) -> bool {
    let grows = ["memory.grow", "memory.size", "$env_"];
    !case.nan_bits
        && !grows.iter().any(|word| case.body.contains(word) || case.aside.contains(word))
}

impl Files<'_> {
    fn write(&mut self) -> Result<(), Box<dyn Error>> {
        let Self { folder, scripts, texts, count } = self;
        if !scripts.is_empty() {
            fs::write(folder.join(format!("{count}.scripts")), &scripts)?;
            fs::write(folder.join(format!("{count}.txt")), &texts)?;
            *count += 1;
            scripts.clear();
            texts.clear();
        }
        Ok(())
    }

    /// The script of a module: all calls with what they come to, and in the end the memories and globals.
    fn lines(
        &mut self,
        theirs: &Theirs,
        name: &str,
        cases: &[Case],
        most: usize,
    ) -> Result<Vec<Line>, Box<dyn Error>> {
        let text = module(cases);
        let bytes = wat::parse_str(&text).map_err(|error| format!("{error}\n{text}"))?;
        let mut run = theirs.start(&bytes).map_err(|error| format!("{error:?}\n{text}"))?;
        let library = Directive::Module { name: None, module: wat::parse_str(LIBRARY)? };
        let register = Directive::Register { name: "lib".to_owned(), instance: None };
        let mut directives =
            vec![library, register, Directive::Module { name: None, module: bytes }];
        for (number, case) in cases.iter().enumerate() {
            for arguments in arguments(case).into_iter().take(most) {
                let outcome = run.call(number, &arguments, &case.results);
                write!(self.texts, "{name}:{}\t{}", directives.len() + 1, one_line(case, number))?;
                list(&mut self.texts, &arguments)?;
                writeln!(self.texts)?;
                directives.push(expected(&number.to_string(), &arguments, &outcome)?);
            }
        }
        let sum = run.sum().ok_or("the sum is missing")?;
        directives.push(expected("sum", &[], &Outcome::Values(vec![sum]))?);
        for (global, (name, _)) in GLOBALS.iter().enumerate() {
            let get = Action::Get { instance: None, name: (*name).to_owned() };
            directives.push(Directive::Return(get, vec![pattern(run.global(global))]));
        }
        let lines = (1..).zip(directives);
        Ok(lines.map(|(number, directive)| Line { number, directive }).collect())
    }
}

fn one_line(case: &Case, number: usize) -> String {
    let text = case.text(number);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn expected(
    name: &str,
    arguments: &[Value],
    outcome: &Outcome,
) -> Result<Directive, Box<dyn Error>> {
    let action = Action::Invoke {
        instance: None,
        name: name.to_owned(),
        arguments: arguments.iter().map(|value| argument(*value)).collect(),
    };
    Ok(match outcome {
        Outcome::Values(values) => {
            Directive::Return(action, values.iter().map(|value| pattern(*value)).collect())
        }
        Outcome::Trap(text) => Directive::Trap(action, text.clone()),
        other => return Err(other.to_string().into()),
    })
}

fn argument(value: Value) -> Argument {
    match value.ty {
        Ty::I32 => Argument::I32(value.bits as i32),
        Ty::I64 => Argument::I64(value.bits as i64),
        Ty::F32 => Argument::F32(value.bits as u32),
        Ty::F64 => Argument::F64(value.bits as u64),
        Ty::V128 => Argument::V128(value.bits),
        Ty::Func => Argument::Null(vellum_scenarios::script::Reference::Func),
    }
}

fn pattern(value: Value) -> Pattern {
    use vellum_scenarios::script::{Lanes, Reference};
    let quiet = value.nan() == Some(true);
    match value.ty {
        Ty::I32 => Pattern::I32(value.bits as i32),
        Ty::I64 => Pattern::I64(value.bits as i64),
        Ty::F32 if quiet => Pattern::F32(Float::Arithmetic),
        Ty::F32 => Pattern::F32(Float::Bits(value.bits as u32)),
        Ty::F64 if quiet => Pattern::F64(Float::Arithmetic),
        Ty::F64 => Pattern::F64(Float::Bits(value.bits as u64)),
        Ty::V128 => Pattern::V128(Lanes::Bits(value.bits)),
        Ty::Func if value.bits == 0 => Pattern::Null(Some(Reference::Func)),
        Ty::Func => Pattern::Some(Reference::Func),
    }
}
