//! Lowered modules in the interpreter.

use crate::modules::wasm;
use vellum_memory::AtomicRmw;
use vellum_prepare::{Access, Helper, Options, ValueType, prepare};
use wasmi::{
    Caller, CompilationMode, Config, Engine, Error, Extern, Func, FuncType, Instance, Linker,
    Memory, Module, Nullable, Ref, Store, TrapCode, Val, ValType,
};

/// What `Unaligned` says.
const UNALIGNED: &str = "unaligned atomic";
const PAGE: usize = 65536;

/// What the host has: the memories. A locked one is empty for the interpreter; its bytes are apart.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) memories: Vec<Memory>,
    pub(crate) locked: Vec<Option<Locked>>,
    data: Vec<Vec<u8>>,
}

/// The bytes of a locked memory.
pub(crate) struct Locked {
    pub(crate) bytes: Vec<u8>,
    maximum: usize,
}

impl Host {
    fn locked(&mut self, memory: u64) -> &mut Locked {
        let locked = self.locked.get_mut(memory as usize).and_then(Option::as_mut);
        locked.expect("only locked memories need help")
    }
}

/// An instance of a module whose memories are defined by it.
pub(crate) struct Guest {
    pub(crate) store: Store<Host>,
    pub(crate) instance: Instance,
    pub(crate) memories: Vec<Memory>,
}

impl Guest {
    /// Lowers, translates and instantiates a module with threads.
    pub(crate) fn new(text: &str) -> Self {
        Self::with(text, &Options::new().threads(true))
    }

    /// Lowers, translates and instantiates a module.
    pub(crate) fn with(text: &str, options: &Options) -> Self {
        let module = wasm(text);
        let prepared = prepare(&module, options).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut config = Config::default();
        config.consume_fuel(true);
        config.compilation_mode(CompilationMode::Eager);
        let engine = Engine::new(&config);
        let code =
            Module::new(&engine, &prepared.code).unwrap_or_else(|error| panic!("{text}: {error}"));
        let mut store = Store::new(&engine, Host::default());
        store.set_fuel(u64::MAX).expect("fuel is counted");
        let mut linker = Linker::new(&engine);
        let mut memories = Vec::new();
        for import in code.imports() {
            let wasmi::ExternType::Memory(ty) = import.ty() else { panic!("{import:?}") };
            let memory = Memory::new(&mut store, *ty).expect("there is room");
            linker.define(import.module(), import.name(), memory).expect("it is new");
            memories.push(memory);
        }
        let locked = prepared.memories.iter().map(|memory| {
            let pages = |pages: u64| pages as usize * PAGE;
            memory.locked.then(|| Locked {
                bytes: vec![0; pages(memory.ty.minimum())],
                maximum: pages(memory.ty.maximum().unwrap_or(10)),
            })
        });
        let data = prepared.data.iter().map(|data| module[data.bytes.clone()].to_vec());
        *store.data_mut() =
            Host { memories: memories.clone(), locked: locked.collect(), data: data.collect() };
        let instance = linker.instantiate_and_start(&mut store, &code).expect("it links");
        if let Some(Extern::Table(table)) = instance.get_export(&store, &prepared.names.host()) {
            for (slot, helper) in prepared.helpers.iter().enumerate() {
                let func = Ref::Func(Nullable::Val(function(&mut store, *helper)));
                table.set(&mut store, slot as u64, func).expect("a slot for each");
            }
        }
        Self { store, instance, memories }
    }

    /// Calls an exported function of integers.
    pub(crate) fn call(&mut self, name: &str, arguments: &[Val]) -> Result<u64, String> {
        let func = self.instance.get_func(&self.store, name).expect("an export");
        let mut results = vec![Val::I32(0); func.ty(&self.store).results().len()];
        self.store.set_fuel(u64::MAX).expect("fuel is counted");
        func.call(&mut self.store, arguments, &mut results).map_err(|error| error.to_string())?;
        Ok(results.first().map_or(0, integer))
    }

    /// The bytes of a memory.
    pub(crate) fn bytes(&self, memory: usize) -> &[u8] {
        match &self.store.data().locked[memory] {
            Some(locked) => &locked.bytes,
            None => self.memories[memory].data(&self.store),
        }
    }
}

/// An integer, zero-extended.
fn integer(value: &Val) -> u64 {
    match value {
        Val::I32(value) => u64::from(value.cast_unsigned()),
        Val::I64(value) => value.cast_unsigned(),
        other => panic!("{other:?}"),
    }
}

/// The function of a helper.
fn function(store: &mut Store<Host>, helper: Helper) -> Func {
    let types = |types: &[ValueType]| -> Vec<_> {
        types
            .iter()
            .map(|ty| match ty {
                ValueType::I32 => ValType::I32,
                ValueType::I64 => ValType::I64,
                ValueType::FuncRef => ValType::FuncRef,
                ValueType::ExternRef => ValType::ExternRef,
            })
            .collect()
    };
    let ty = FuncType::new(types(helper.params()), types(helper.results()));
    Func::new(store, ty, move |caller, arguments, results| {
        let arguments: Vec<_> = arguments.iter().map(integer).collect();
        let result = help(caller, helper, &arguments)?;
        if let (Some(value), [ty]) = (results.first_mut(), helper.results()) {
            *value = match ty {
                ValueType::I32 => Val::I32(result as i32),
                _ => Val::I64(result as i64),
            };
        }
        Ok(())
    })
}

/// Does what a helper is for, to locked memories.
fn help(mut caller: Caller<'_, Host>, helper: Helper, arguments: &[u64]) -> Result<u64, Error> {
    let out_of_bounds = || Error::from(TrapCode::MemoryOutOfBounds);
    let host = caller.data_mut();
    match (helper, arguments) {
        (Helper::Unaligned, []) => Err(Error::new(UNALIGNED)),
        (Helper::Load { .. }, &[address, offset, code]) => {
            let access = decode(code);
            let cell = cell(host.locked(access.memory.into()), access, address, offset)?;
            Ok(read(cell))
        }
        (Helper::Store { .. }, &[address, value, offset, code]) => {
            let access = decode(code);
            write(cell(host.locked(access.memory.into()), access, address, offset)?, value);
            Ok(0)
        }
        (Helper::Rmw { .. }, &[address, operand, offset, code]) => {
            let access = decode(code);
            let cell = cell(host.locked(access.memory.into()), access, address, offset)?;
            let old = read(cell);
            let new = match access.operation {
                AtomicRmw::Add => old.wrapping_add(operand),
                AtomicRmw::Sub => old.wrapping_sub(operand),
                AtomicRmw::And => old & operand,
                AtomicRmw::Or => old | operand,
                AtomicRmw::Xor => old ^ operand,
                AtomicRmw::Exchange => operand,
            };
            write(cell, new);
            Ok(old)
        }
        (Helper::CompareExchange { .. }, &[address, expected, new, offset, code]) => {
            let access = decode(code);
            let cell = cell(host.locked(access.memory.into()), access, address, offset)?;
            let old = read(cell);
            if old == expected & u64::MAX >> (64 - 8 * cell.len()) {
                write(cell, new);
            }
            Ok(old)
        }
        (Helper::Size { .. }, &[memory]) => Ok((host.locked(memory).bytes.len() / PAGE) as u64),
        (Helper::Grow { .. }, &[delta, memory]) => {
            let locked = host.locked(memory);
            let old = locked.bytes.len();
            let new = (delta as usize).saturating_mul(PAGE).saturating_add(old);
            if new > locked.maximum {
                return Ok(u64::MAX);
            }
            locked.bytes.resize(new, 0);
            Ok((old / PAGE) as u64)
        }
        (Helper::Fill { .. }, &[to, value, length, memory]) => {
            let bytes =
                range(&mut host.locked(memory).bytes, to, length).ok_or_else(out_of_bounds)?;
            bytes.fill(value as u8);
            Ok(0)
        }
        (Helper::MemoryInit { .. }, &[to, from, length, segment, memory]) => {
            let mut data = host.data[segment as usize].clone();
            let data = range(&mut data, from, length).ok_or_else(out_of_bounds)?;
            put(&mut caller, memory as usize, to, data).ok_or_else(out_of_bounds)
        }
        (Helper::Copy { .. }, &[to, from, length, memory_to, memory_from]) => {
            let open = host.memories[memory_from as usize];
            let mut source = match &host.locked[memory_from as usize] {
                Some(locked) => locked.bytes.clone(),
                None => open.data(&caller).to_vec(),
            };
            let data = range(&mut source, from, length).ok_or_else(out_of_bounds)?;
            put(&mut caller, memory_to as usize, to, data).ok_or_else(out_of_bounds)
        }
        _ => Err(Error::new(format!("{helper:?} {arguments:?}"))),
    }
}

/// Writes to a memory, locked or not.
fn put(caller: &mut Caller<'_, Host>, memory: usize, to: u64, data: &[u8]) -> Option<u64> {
    let handle = caller.data().memories[memory];
    match caller.data_mut().locked[memory].as_mut() {
        Some(locked) => range(&mut locked.bytes, to, data.len() as u64)?.copy_from_slice(data),
        None => handle.write(caller, usize::try_from(to).ok()?, data).ok()?,
    }
    Some(0)
}

fn decode(code: u64) -> Access {
    Access::decode(code as i32).expect("the pass encodes what there is")
}

fn cell(
    locked: &mut Locked,
    access: Access,
    address: u64,
    offset: u64,
) -> Result<&mut [u8], Error> {
    let width = access.width() as u64;
    if access.atomic && !address.wrapping_add(offset).is_multiple_of(width) {
        return Err(Error::new(UNALIGNED));
    }
    let address = address.checked_add(offset);
    let cell = address.and_then(|address| range(&mut locked.bytes, address, width));
    cell.ok_or_else(|| TrapCode::MemoryOutOfBounds.into())
}

fn range(bytes: &mut [u8], from: u64, length: u64) -> Option<&mut [u8]> {
    let (from, length) = (usize::try_from(from).ok()?, usize::try_from(length).ok()?);
    bytes.get_mut(from..from.checked_add(length)?)
}

fn read(cell: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes[..cell.len()].copy_from_slice(cell);
    u64::from_le_bytes(bytes)
}

fn write(cell: &mut [u8], value: u64) {
    cell.copy_from_slice(&value.to_le_bytes()[..cell.len()]);
}
