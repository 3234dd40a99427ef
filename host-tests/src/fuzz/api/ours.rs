//! The runtime's side.

use super::Did;
use super::guests::texts;
use super::step::{Given, Item, Kind, Step};
use crate::programs::host::Failed;
use crate::programs::ours::{outcome, val, value};
use vellum::{
    Caller, Engine, Error, Extern, Func, Global, Instance, Linker, Memory, MemoryType, Module,
    Mutability, PAGE_SIZE, PagePool, Ref, RefType, Store, StoreLimits, Table, TableType, Val,
};

pub(super) static PAGES: PagePool<[u8; 400 * PAGE_SIZE]> = PagePool::new();

enum Thing {
    Extern(Extern),
    Instance(Instance),
}

/// Both stores, each with its linker, and all that was made.
pub(super) struct Ours {
    engine: Engine,
    modules: Vec<Module>,
    stores: Vec<(Store<u64>, Linker<u64>)>,
    things: Vec<Thing>,
}

fn fresh(engine: &Engine) -> (Store<u64>, Linker<u64>) {
    let mut store = Store::new(engine, 0);
    store.set_limits(StoreLimits {
        instances: 1000,
        tables: 1000,
        memories: 1000,
        ..StoreLimits::default()
    });
    (store, Linker::new(engine))
}

impl Ours {
    /// In slices of so much fuel, on an engine with threads, if any.
    pub(super) fn new(slice: Option<u64>) -> Self {
        let engine = crate::engine_with(&PAGES, |config| {
            config.concurrent_calls(8);
            if let Some(slice) = slice {
                config.threads(true).slice(slice);
            }
        });
        let load = |text: String| crate::load(&engine, &text).expect("the guest is valid");
        let modules = texts().into_iter().map(load).collect();
        let stores = (0..super::STORES).map(|_| fresh(&engine)).collect();
        Self { engine, modules, stores, things: Vec::new() }
    }

    /// What host functions of a store were told.
    pub(super) fn heard(&self, store: usize) -> u64 {
        *self.stores[store].0.data()
    }

    pub(super) fn apply(&mut self, store: usize, step: &Step) -> Did {
        match self.try_apply(store, step) {
            Ok(did) => did,
            Err(error @ Error::Internal(_)) => panic!("{error}"),
            Err(error) => Did::Came(outcome(Err(error))),
        }
    }

    fn func(&self, item: Item) -> Func {
        self.external(item).into_func().expect("it is of this kind")
    }

    fn external(&self, item: Item) -> Extern {
        match &self.things[item] {
            Thing::Extern(thing) => thing.clone(),
            Thing::Instance(_) => panic!("an instance is no extern"),
        }
    }

    fn instance(&self, item: Item) -> Instance {
        match &self.things[item] {
            Thing::Instance(instance) => *instance,
            Thing::Extern(_) => panic!("an extern is no instance"),
        }
    }

    fn memory(&self, item: Item) -> Memory {
        self.external(item).into_memory().expect("it is of this kind")
    }

    fn table(&self, item: Item) -> Table {
        self.external(item).into_table().expect("it is of this kind")
    }

    fn global(&self, item: Item) -> Global {
        self.external(item).into_global().expect("it is of this kind")
    }

    fn given(&self, given: Given) -> Ref {
        match given {
            Given::NullFunc => Ref::Func(None),
            Given::NullExtern => Ref::Extern(None),
            Given::Func(item) => Ref::Func(Some(self.func(item))),
        }
    }

    fn made(&mut self, thing: Thing) -> Did {
        let kind = match &thing {
            Thing::Instance(_) => Kind::Instance,
            Thing::Extern(thing) => kind(thing),
        };
        self.things.push(thing);
        Did::Made(Some(kind))
    }

    fn new_memory(
        &mut self,
        store: usize,
        minimum: u64,
        maximum: u64,
        bytes: bool,
    ) -> Result<Memory, Error> {
        let ty = MemoryType::builder()
            .min(minimum)
            .max(Some(maximum))
            .page_size_log2(if bytes { 0 } else { 16 })
            .build()?;
        Memory::new(&mut self.stores[store].0, ty)
    }

    fn try_apply(&mut self, number: usize, step: &Step) -> Result<Did, Error> {
        let made: Extern = match step {
            Step::Reset => {
                self.stores[number] = fresh(&self.engine);
                return Ok(Did::nothing());
            }
            Step::NewMemory { minimum, maximum, bytes } => {
                self.new_memory(number, *minimum, *maximum, *bytes)?.into()
            }
            Step::NewTable { funcs, minimum, maximum, given } => {
                let element = if *funcs { RefType::Func } else { RefType::Extern };
                let ty = TableType::new(element, *minimum, Some(*maximum));
                let given = self.given(*given);
                Table::new(&mut self.stores[number].0, ty, given)?.into()
            }
            Step::NewGlobal { value, mutable } => {
                let mutability = if *mutable { Mutability::Var } else { Mutability::Const };
                Global::new(&mut self.stores[number].0, val(*value), mutability)?.into()
            }
            Step::NewFunc(which) => function(&mut self.stores[number].0, *which)?.into(),
            Step::Instantiate(module) => {
                let (store, linker) = &mut self.stores[number];
                let instance = linker.instantiate(store, &self.modules[*module])?;
                return Ok(self.made(Thing::Instance(instance)));
            }
            Step::InstantiateWith(module, items) => {
                let imports: Vec<_> = items.iter().map(|item| self.external(*item)).collect();
                let store = &mut self.stores[number].0;
                let instance = Instance::new(store, &self.modules[*module], &imports)?;
                return Ok(self.made(Thing::Instance(instance)));
            }
            Step::Export(item, name) => {
                let export = self.instance(*item).get_export(&self.stores[number].0, name)?;
                let Some(export) = export else { return Ok(Did::Made(None)) };
                export
            }
            Step::Defined(module, name) => {
                let (store, linker) = &mut self.stores[number];
                let Some(defined) = linker.get(store, module, name)? else {
                    return Ok(Did::Made(None));
                };
                defined
            }
            other => return self.use_it(number, other),
        };
        Ok(self.made(Thing::Extern(made)))
    }

    fn use_it(&mut self, number: usize, step: &Step) -> Result<Did, Error> {
        if let Step::Define(module, name, item) = step {
            let defined = self.external(*item);
            // A linker is not of a store: whether something is, is asked of it.
            defined.ty(&self.stores[number].0)?;
            self.stores[number].1.define(module, name, defined)?;
            return Ok(Did::nothing());
        }
        if let Step::DefineInstance(module, item) = step {
            let instance = self.instance(*item);
            let (store, linker) = &mut self.stores[number];
            linker.instance(store, module, instance)?;
            return Ok(Did::nothing());
        }
        if let Step::AllowShadowing(allow) = step {
            self.stores[number].1.allow_shadowing(*allow);
            return Ok(Did::nothing());
        }
        if let Step::Call(item, arguments) = step {
            let func = self.func(*item);
            let store = &mut self.stores[number].0;
            let arguments: Vec<_> = arguments.iter().map(|argument| val(*argument)).collect();
            let mut results = vec![Val::I32(0); func.ty(&*store)?.results().len()];
            func.call(store, &arguments, &mut results)?;
            return Ok(Did::Came(outcome(Ok(results.iter().map(value).collect()))));
        }
        self.access(number, step)
    }

    fn access(&mut self, number: usize, step: &Step) -> Result<Did, Error> {
        let given = match step {
            Step::TableGrow(_, _, given)
            | Step::TableSet(_, _, given)
            | Step::TableFill(_, _, given, _) => self.given(*given),
            _ => Ref::Func(None),
        };
        Ok(match step {
            Step::MemorySize(item) => Did::number(self.memory(*item).size(&self.stores[number].0)?),
            Step::MemoryGrow(item, delta) => {
                Did::number(self.memory(*item).grow(&mut self.stores[number].0, *delta)?)
            }
            Step::Read(item, offset, length) => {
                let (memory, store) = (self.memory(*item), &self.stores[number].0);
                let length = if *length == usize::MAX { memory.data_size(store)? } else { *length };
                let mut bytes = vec![0; length];
                memory.read(store, *offset, &mut bytes)?;
                Did::Bytes(bytes)
            }
            Step::Write(item, offset, bytes) => {
                self.memory(*item).write(&mut self.stores[number].0, *offset, bytes)?;
                Did::nothing()
            }
            Step::TableSize(item) => Did::number(self.table(*item).size(&self.stores[number].0)?),
            Step::TableGrow(item, delta, _) => {
                Did::number(self.table(*item).grow(&mut self.stores[number].0, *delta, given)?)
            }
            Step::TableGet(item, index) => {
                match self.table(*item).get(&self.stores[number].0, *index)? {
                    Some(element) => Did::Came(outcome(Ok(vec![value(&element.into())]))),
                    None => Did::Made(None),
                }
            }
            Step::TableSet(item, index, _) => {
                self.table(*item).set(&mut self.stores[number].0, *index, given)?;
                Did::nothing()
            }
            Step::TableFill(item, index, _, length) => {
                self.table(*item).fill(&mut self.stores[number].0, *index, given, *length)?;
                Did::nothing()
            }
            Step::TableCopy { to, to_index, from, from_index, length } => {
                let (to, from) = (self.table(*to), self.table(*from));
                let store = &mut self.stores[number].0;
                Table::copy(store, &to, *to_index, &from, *from_index, *length)?;
                Did::nothing()
            }
            Step::GlobalGet(item) => {
                let got = self.global(*item).get(&self.stores[number].0)?;
                Did::Came(outcome(Ok(vec![value(&got)])))
            }
            Step::GlobalSet(item, value) => {
                self.global(*item).set(&mut self.stores[number].0, val(*value))?;
                Did::nothing()
            }
            other => unreachable!("{other:?} accesses nothing"),
        })
    }
}

fn kind(thing: &Extern) -> Kind {
    match thing {
        Extern::Memory(_) | Extern::SharedMemory(_) => Kind::Memory,
        Extern::Table(_) => Kind::Table,
        Extern::Global(_) => Kind::Global,
        Extern::Func(_) => Kind::Func,
    }
}

fn function(store: &mut Store<u64>, which: u8) -> Result<Func, Error> {
    match which {
        0 => Func::wrap(store, |mut caller: Caller<'_, u64>| *caller.data_mut() += 1),
        1 => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| {
            *caller.data_mut() = super::heard(*caller.data(), number);
            if number == 13 { Err(Error::host(Failed)) } else { Ok(number.wrapping_mul(3)) }
        }),
        2 => Func::wrap(store, |a: i64, b: f32| (b, a.wrapping_add(1))),
        // Writes to the memory of its guest.
        3 => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| {
            let memory = caller.get_export("memory").and_then(Extern::into_memory);
            let Some(memory) = memory else { return Ok(-1) };
            let written = memory.write(&mut caller, number.cast_unsigned() as usize, &[0xa5; 3]);
            Ok::<_, Error>(i32::from(written.is_ok()))
        }),
        // Calls its guest.
        _ => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| {
            let func = caller.get_export("double").and_then(Extern::into_func);
            let Some(func) = func else { return Ok(-2) };
            let mut results = [Val::I32(0)];
            func.call(&mut caller, &[Val::I32(number)], &mut results)?;
            Ok::<_, Error>(results[0].i32().unwrap_or_default())
        }),
    }
}
