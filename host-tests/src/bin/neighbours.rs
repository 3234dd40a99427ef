//! Compares this runtime with `wasmtime` on every neighbour of every instruction.

use std::{
    collections::BTreeMap,
    env, panic,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use vellum_host_tests::neighbours::{Extent, Family, Work, families, run_all, run_part, scripts};

const USAGE: &str = "usage: neighbours --short | --long | --every N [--show N] [FAMILY...]
       neighbours --scripts FOLDER [FAMILY...]";

/// What the command line asks for.
enum Wish {
    Compare {
        extent: Extent,
        show: usize,
        names: Vec<String>,
    },
    /// Scripts for a chip, in this folder, of all families or of some.
    Scripts {
        folder: PathBuf,
        names: Vec<String>,
    },
    /// One part, for another process of this program.
    Part {
        family: String,
        work: Work,
    },
}

fn wish(words: &[String]) -> Option<Wish> {
    if let [first, family, rest @ ..] = words
        && first == "--part"
    {
        return Some(Wish::Part { family: family.clone(), work: Work::parse(rest)? });
    }
    let is_family = |name: &str| families().iter().any(|family| family.name() == name);
    if let [first, folder, names @ ..] = words
        && first == "--scripts"
        && names.iter().all(|name| is_family(name))
    {
        return Some(Wish::Scripts { folder: folder.into(), names: names.to_vec() });
    }
    let (mut extent, mut show, mut names) = (None, 20, Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--short" if extent.is_none() => extent = Some(Extent::Short),
            "--long" if extent.is_none() => extent = Some(Extent::Long),
            "--every" if extent.is_none() => {
                extent = Some(Extent::Every(words.next()?.parse().ok()?));
            }
            "--show" => show = words.next()?.parse().ok()?,
            name if is_family(name) => names.push(name.to_owned()),
            _ => return None,
        }
    }
    Some(Wish::Compare { extent: extent?, show, names })
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match wish(&words) {
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
        Some(Wish::Scripts { folder, names }) => match scripts(&folder, &names) {
            Ok([files, functions, lines]) => {
                println!("{files} files, {functions} functions, {lines} lines");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("{error}");
                ExitCode::from(2)
            }
        },
        Some(Wish::Part { family, work }) => part(&family, work),
        Some(Wish::Compare { extent, show, names }) => compare(extent, show, &names),
    }
}

fn part(name: &str, work: Work) -> ExitCode {
    let families = families();
    let Some(family) = families.iter().find(|family| family.name() == name) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    // Panics of the interpreter are caught, and reported as what they are.
    panic::set_hook(Box::new(|_| {}));
    match run_part(&**family, work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn compare(extent: Extent, show: usize, names: &[String]) -> ExitCode {
    let mut counts = BTreeMap::new();
    let started = Instant::now();
    let families: Vec<Box<dyn Family>> = families();
    for family in &families {
        let name = family.name();
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        let shown = AtomicUsize::new(0);
        let printing = Mutex::new(());
        let found = |text: &str| {
            if shown.fetch_add(1, Ordering::Relaxed) < show {
                let _alone = printing.lock();
                println!("{name}:\n{text}\n");
            }
        };
        match run_all(&**family, extent.every(name), extent.is_thorough(), &found) {
            Ok(report) => {
                println!(
                    "{name}: {} functions, {} calls, {} differences, after {} s",
                    report.functions,
                    report.calls,
                    report.differences,
                    started.elapsed().as_secs()
                );
                counts.insert(name, report);
            }
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        }
    }
    let sum = |count: fn(&vellum_host_tests::neighbours::Report) -> u64| -> u64 {
        counts.values().map(count).sum()
    };
    let differences = sum(|report| report.differences);
    println!(
        "{} functions, {} calls, {differences} differences",
        sum(|report| report.functions),
        sum(|report| report.calls)
    );
    ExitCode::from(u8::from(differences > 0))
}
