//! Compares the bound of what modules take with what they take, for as many as asked for.

use std::{env, fs, process::ExitCode};
use vellum_host_tests::bound::{compare, engines, reports, starting};

const USAGE: &str = "usage: bound SEED COUNT [--corpus | --starting] [--culprits FOLDER]
       bound --files KIND FILE...
       bound --engines";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [first, kind, files @ ..] = &words[..]
        && first == "--files"
        && let Ok(kind) = kind.parse()
    {
        let modules: Vec<_> =
            files.iter().map(|file| wat::parse_file(file).expect("it is a module")).collect();
        for (file, report) in files.iter().zip(reports(kind, &modules)) {
            println!("{file}: {report}");
        }
        return ExitCode::SUCCESS;
    }
    if words == ["--engines"] {
        let reports = engines();
        reports.iter().for_each(|report| println!("{report:?}"));
        let holds = reports.iter().all(|report| report.holds());
        return if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let [seed, count, rest @ ..] = &words[..] else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let (Ok(seed), Ok(count)) = (seed.parse(), count.parse()) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let has = |flag| rest.iter().any(|word| word == flag);
    let summary = if has("--starting") {
        starting(seed, count)
    } else {
        compare(seed, count, has("--corpus"))
    };
    for failure in summary.failures.iter().take(40) {
        println!("{failure}");
    }
    if let Some(at) = rest.iter().position(|word| word == "--culprits")
        && let Some(folder) = rest.get(at + 1)
    {
        for (nth, module) in summary.culprits.iter().enumerate() {
            if let Err(error) = fs::write(format!("{folder}/{nth}.wasm"), module) {
                eprintln!("{error}");
            }
        }
    }
    print!("{summary}");
    if summary.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
