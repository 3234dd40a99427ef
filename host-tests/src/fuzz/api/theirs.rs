//! The side of `wasmtime`.

use super::Did;
use super::guests::texts;
use super::step::{Given, Item, Kind, Step};
use crate::programs::Outcome;
use crate::programs::host::Failed;
use crate::programs::theirs::{engine, outcome, val, value};
use wasmtime::{
    Caller, Engine, Extern, Func, Global, GlobalType, HeapType, Instance, Linker, Memory,
    MemoryTypeBuilder, Module, Mutability, Ref, RefType, Result, Store, Table, TableType, Val,
    ValType,
};

enum Thing {
    Extern(Extern),
    Instance(Instance),
}

/// Both stores, each with its linker, and all that was made.
pub(super) struct Theirs {
    engine: Engine,
    modules: Vec<Module>,
    stores: Vec<(Store<u64>, Linker<u64>)>,
    things: Vec<Thing>,
}

thread_local! {
    static COMPILED: (Engine, Vec<Module>) = {
        let engine = engine();
        let compile = |text: String| Module::new(&engine, wat::parse_str(text)?);
        let modules = texts().into_iter().map(compile).collect::<Result<_>>();
        (engine.clone(), modules.expect("the guests are valid"))
    };
}

fn fresh(engine: &Engine) -> (Store<u64>, Linker<u64>) {
    let mut store = Store::new(engine, 0);
    store.set_fuel(u64::MAX).expect("the engine counts fuel");
    (store, Linker::new(engine))
}

impl Default for Theirs {
    fn default() -> Self {
        let (engine, modules) = COMPILED.with(Clone::clone);
        let stores = (0..super::STORES).map(|_| fresh(&engine)).collect();
        Self { engine, modules, stores, things: Vec::new() }
    }
}

impl Theirs {
    /// What host functions of a store were told.
    pub(super) fn heard(&self, store: usize) -> u64 {
        *self.stores[store].0.data()
    }

    pub(super) fn apply(&mut self, store: usize, step: &Step) -> Did {
        self.try_apply(store, step).unwrap_or_else(|error| Did::Came(outcome(Err(error))))
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

    fn func(&self, item: Item) -> Func {
        self.external(item).into_func().expect("it is of this kind")
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

    fn try_apply(&mut self, number: usize, step: &Step) -> Result<Did> {
        let made: Extern = match step {
            Step::Reset => {
                self.stores[number] = fresh(&self.engine);
                return Ok(Did::nothing());
            }
            Step::NewMemory { minimum, maximum, bytes } => {
                let ty = MemoryTypeBuilder::new()
                    .min(*minimum)
                    .max(Some(*maximum))
                    .page_size_log2(if *bytes { 0 } else { 16 })
                    .build()?;
                Memory::new(&mut self.stores[number].0, ty)?.into()
            }
            Step::NewTable { funcs, minimum, maximum, given } => {
                let heap = if *funcs { HeapType::Func } else { HeapType::Extern };
                let ty = TableType::new(RefType::new(true, heap), *minimum, Some(*maximum));
                let given = self.given(*given);
                Table::new(&mut self.stores[number].0, ty, given)?.into()
            }
            Step::NewGlobal { value, mutable } => {
                let store = &mut self.stores[number].0;
                let mutability = if *mutable { Mutability::Var } else { Mutability::Const };
                let value = val(*value);
                let content = match &value {
                    Val::FuncRef(_) => ValType::FUNCREF,
                    Val::ExternRef(_) => ValType::EXTERNREF,
                    other => other.ty(&*store)?,
                };
                let ty = GlobalType::new(content, mutability);
                Global::new(store, ty, value)?.into()
            }
            Step::NewFunc(which) => function(&mut self.stores[number].0, *which).into(),
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
                let instance = self.instance(*item);
                let export = instance.get_export(&mut self.stores[number].0, name);
                let Some(export) = export else { return Ok(Did::Made(None)) };
                export
            }
            Step::Defined(module, name) => {
                let (store, linker) = &mut self.stores[number];
                let Ok(defined) = linker.get(store, module, name) else {
                    return Ok(Did::Made(None));
                };
                defined
            }
            other => return self.use_it(number, other),
        };
        Ok(self.made(Thing::Extern(made)))
    }

    fn use_it(&mut self, number: usize, step: &Step) -> Result<Did> {
        let external = match step {
            Step::Define(_, _, item) => Some(self.external(*item)),
            _ => None,
        };
        let (store, linker) = &mut self.stores[number];
        if let Step::Define(module, name, _) = step
            && let Some(external) = external
        {
            linker.define(&*store, module, name, external)?;
            return Ok(Did::nothing());
        }
        if let Step::AllowShadowing(allow) = step {
            linker.allow_shadowing(*allow);
            return Ok(Did::nothing());
        }
        if let Step::DefineInstance(module, item) = step {
            let instance = self.instance(*item);
            let (store, linker) = &mut self.stores[number];
            linker.instance(store, module, instance)?;
            return Ok(Did::nothing());
        }
        if let Step::Call(item, arguments) = step {
            let func = self.func(*item);
            let store = &mut self.stores[number].0;
            let arguments: Vec<_> = arguments.iter().map(|argument| val(*argument)).collect();
            let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
            func.call(store, &arguments, &mut results)?;
            return Ok(Did::Came(outcome(Ok(results.iter().map(value).collect()))));
        }
        // What `wasmtime` calls a trap where the host reaches too far is an error of its own here.
        Ok(self
            .access(number, step)
            .unwrap_or_else(|error| Did::Came(Outcome::Other(error.to_string()))))
    }

    fn access(&mut self, number: usize, step: &Step) -> Result<Did> {
        let given = match step {
            Step::TableGrow(_, _, given)
            | Step::TableSet(_, _, given)
            | Step::TableFill(_, _, given, _) => self.given(*given),
            _ => Ref::Func(None),
        };
        Ok(match step {
            Step::MemorySize(item) => Did::number(self.memory(*item).size(&self.stores[number].0)),
            Step::MemoryGrow(item, delta) => {
                Did::number(self.memory(*item).grow(&mut self.stores[number].0, *delta)?)
            }
            Step::Read(item, offset, length) => {
                let (memory, store) = (self.memory(*item), &self.stores[number].0);
                let length = if *length == usize::MAX { memory.data_size(store) } else { *length };
                let mut bytes = vec![0; length];
                memory.read(store, *offset, &mut bytes)?;
                Did::Bytes(bytes)
            }
            Step::Write(item, offset, bytes) => {
                self.memory(*item).write(&mut self.stores[number].0, *offset, bytes)?;
                Did::nothing()
            }
            Step::TableSize(item) => Did::number(self.table(*item).size(&self.stores[number].0)),
            Step::TableGrow(item, delta, _) => {
                Did::number(self.table(*item).grow(&mut self.stores[number].0, *delta, given)?)
            }
            Step::TableGet(item, index) => {
                match self.table(*item).get(&mut self.stores[number].0, *index) {
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
                let got = self.global(*item).get(&mut self.stores[number].0);
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
        Extern::Tag(_) => panic!("no guest exports a tag"),
    }
}

fn function(store: &mut Store<u64>, which: u8) -> Func {
    match which {
        0 => Func::wrap(store, |mut caller: Caller<'_, u64>| *caller.data_mut() += 1),
        1 => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| -> Result<i32> {
            *caller.data_mut() = super::heard(*caller.data(), number);
            if number == 13 { Err(Failed.into()) } else { Ok(number.wrapping_mul(3)) }
        }),
        2 => Func::wrap(store, |a: i64, b: f32| (b, a.wrapping_add(1))),
        3 => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| {
            let memory = caller.get_export("memory").and_then(Extern::into_memory);
            let Some(memory) = memory else { return -1 };
            let written = memory.write(&mut caller, number.cast_unsigned() as usize, &[0xa5; 3]);
            i32::from(written.is_ok())
        }),
        _ => Func::wrap(store, |mut caller: Caller<'_, u64>, number: i32| -> Result<i32> {
            let func = caller.get_export("double").and_then(Extern::into_func);
            let Some(func) = func else { return Ok(-2) };
            let mut results = [Val::I32(0)];
            func.call(&mut caller, &[Val::I32(number)], &mut results)?;
            Ok(results[0].i32().unwrap_or_default())
        }),
    }
}
