//! Hostile modules where there are threads or locked memories, and helpers that are called with any
//! arguments.

mod forged;

use std::time::Duration;
use vellum::{
    Config, ConfigError, Engine, Error, Instance, Limit, Linker, MemoryType, Module, ModuleLimits,
    PAGE_SIZE, PagePool, Platform, SharedMemory, Store, Val,
};
use vellum_host_tests::hostile::{self, Run};
use vellum_prepare::ValueType;

fn config(pool: &'static PagePool, threads: bool) -> Config {
    let mut config = Config::new();
    config
        .page_pool(pool)
        .threads(threads)
        .platform(&Platform::STD)
        .max_wait(Duration::from_millis(1))
        .consume_fuel(true)
        .module_limits(ModuleLimits::UNLIMITED)
        .memory_maximum(32);
    config
}

/// Loads, links, starts and calls what the run says, and gives the result of the call, if any.
fn attempt(engine: &Engine, run: &Run, bytes: &[u8], locked: &[u32]) -> Result<Vec<Val>, Error> {
    let module = match Module::with_locked(engine, bytes.to_vec(), locked) {
        Err(Error::Config(ConfigError::LockedMemory { index: 0 })) => {
            Module::new(engine, bytes.to_vec())?
        }
        loaded => loaded?,
    };
    let mut store = Store::new(engine, ());
    store.set_fuel(run.fuel.unwrap_or(10_000_000))?;
    let mut linker = Linker::new(engine);
    linker.func_wrap("env", "print_i32", |_: i32| {})?;
    let instance: Instance = linker.instantiate(&mut store, &module)?;
    let Some(name) = &run.invoke else { return Ok(Vec::new()) };
    let func = instance.get_func(&store, name)?;
    let mut results = vec![Val::I32(0); func.ty(&store)?.results().len()];
    func.call(&mut store, &[], &mut results)?;
    Ok(results)
}

/// Whether the line that the run prints may begin so, or with less than is listed: where a run
/// failed is not told here.
fn is_listed(run: &Run, printed: &str) -> bool {
    run.expected.iter().any(|listed| listed.starts_with(printed) || printed.starts_with(listed))
}

/// Whether it is as it must be that a run ends so on such an engine, and not as listed.
fn differs(printed: &str, threads: bool, locked: bool) -> bool {
    (threads && printed.contains("tail calls support is not enabled"))
        || (locked && printed.ends_with("prepared without locked access"))
        // The runner makes memories that a guest imports, and tells both types of what does not match.
        || printed.starts_with("error: unknown import: \"vellum\"")
        || printed.ends_with(": another type is defined")
        // What a block of a locked memory costs is paid before anything is checked.
        || (locked && printed == "error: out of fuel")
}

#[test]
fn hostile_modules_end_alike_on_every_kind_of_engine() {
    static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
    let mut wrong = Vec::new();
    for run in hostile::list() {
        let bytes = hostile::read(&run.file);
        for (threads, locked) in [(true, &[][..]), (true, &[0]), (false, &[0])] {
            let engine = Engine::new(&config(&PAGES, threads)).expect("it is valid");
            let printed = match attempt(&engine, &run, &bytes, locked).as_deref() {
                Ok([Val::I32(result)]) => format!("result: {result}"),
                Ok(_) => "nothing".to_owned(),
                Err(error) => format!("error: {error}"),
            };
            if !differs(&printed, threads, !locked.is_empty()) && !is_listed(&run, &printed) {
                wrong.push(format!("{} {threads} {locked:?}: {printed}", run.file));
            }
            drop(engine);
            assert_eq!(PAGES.leased(), 0, "{} keeps pages", run.file);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// An argument: small, around what ends somewhere, or anything.
    fn argument(&mut self) -> u64 {
        let small = self.next() % 16;
        match self.next() % 16 {
            0 => self.next(),
            1 => u64::MAX - small,
            2 => (1 << 31) - 8 + small,
            3 => PAGE_SIZE as u64 - 8 + small,
            _ => small % 4,
        }
    }

    /// One of the memories, or an access to it that exists.
    fn memory(&mut self) -> i32 {
        let access = if self.next().is_multiple_of(2) { self.next() % 48 } else { 0 };
        ((self.next() % 2) | (access << 8)) as i32
    }
}

#[test]
fn helpers_called_with_anything_answer_in_order() {
    static PAGES: [PagePool<[u8; 8 * PAGE_SIZE]>; 2] = [PagePool::new(), PagePool::new()];
    {
        let engine = Engine::new(&config(&PAGES[0], true)).expect("it is valid");
        let other = Engine::new(&config(&PAGES[1], true)).expect("it is valid");
        let memory = SharedMemory::new(&other, MemoryType::shared(1, 2)).expect("there are pages");
        let module = Module::new(&engine, forged::module()).expect("it has the form of one");
        let mut store = Store::new(&engine, ());
        let memory = memory.as_memory(&mut store).expect("it can be reached");
        let instance = Instance::new(&mut store, &module, &[memory.into()]).expect("it links");
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        for (slot, (name, types)) in forged::exports().enumerate() {
            let mut returned = 0;
            for _ in 0..1500 {
                let mut arguments: Vec<Val> = types
                    .iter()
                    .map(|ty| match ty {
                        ValueType::I64 => Val::I64(numbers.argument() as i64),
                        _ => Val::I32(numbers.argument() as i32),
                    })
                    .collect();
                if let Some(Val::I32(last)) = arguments.last_mut()
                    && !numbers.next().is_multiple_of(4)
                {
                    *last = numbers.memory();
                }
                let func = instance.get_func(&store, &name).expect("it is exported");
                let results = func.ty(&store).expect("it is the store's").results().len();
                let mut results = vec![Val::I32(0); results];
                store.set_fuel(1_000_000).expect("fuel is counted");
                match func.call(&mut store, &arguments, &mut results) {
                    Ok(()) => returned += 1,
                    Err(Error::Trap(_) | Error::OutOfFuel) => {}
                    Err(Error::LimitExceeded(exceeded)) if exceeded.limit == Limit::Wait => {}
                    // What there is no memory, segment or access for.
                    Err(Error::Internal(message)) if message.contains("does not fit") => {}
                    Err(error) => panic!("{name} {arguments:?}: {error:?}"),
                }
            }
            // All do what they are for; that of misaligned accesses is never to return.
            assert_eq!(
                returned == 0,
                slot == forged::UNALIGNED,
                "{name} returned {returned} times"
            );
        }
    }
    for pages in &PAGES {
        assert_eq!(pages.leased(), 0);
    }
}
