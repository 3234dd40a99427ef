//! Functions that have nothing to do here: there are no files but the standard streams, which have
//! no positions, no sockets and no signals.

use super::{errno::Errno, files::is_stream, host::Wasi};
use crate::error::Error;
use crate::func::caller::Caller;
use crate::linker::Linker;
use crate::types::{func::FuncType, value::ValType};
use crate::values::Val;

/// The file that programs without open directories take for the current one, as Zig's do.
const CURRENT_DIRECTORY: i32 = 3;

/// Each function with its parameters, and what it answers about a standard stream, where nothing is
/// success. `F` is the file, an `i32`, and `D` the directory that something is looked up in.
const FUNCTIONS: [(&str, &str, Option<Errno>); 32] = [
    ("fd_advise", "Flli", Some(Errno::SPipe)),
    ("fd_allocate", "Fll", Some(Errno::SPipe)),
    ("fd_close", "F", None),
    ("fd_datasync", "F", None),
    ("fd_fdstat_set_flags", "Fi", Some(Errno::NotSup)),
    ("fd_fdstat_set_rights", "Fll", Some(Errno::NotSup)),
    ("fd_filestat_set_size", "Fl", Some(Errno::Inval)),
    ("fd_filestat_set_times", "Flli", Some(Errno::NotSup)),
    ("fd_pread", "Fiili", Some(Errno::SPipe)),
    ("fd_prestat_dir_name", "Fii", Some(Errno::BadF)),
    ("fd_prestat_get", "Fi", Some(Errno::BadF)),
    ("fd_pwrite", "Fiili", Some(Errno::SPipe)),
    ("fd_readdir", "Fiili", Some(Errno::NotDir)),
    ("fd_renumber", "Fi", Some(Errno::NotSup)),
    ("fd_seek", "Flii", Some(Errno::SPipe)),
    ("fd_sync", "F", None),
    ("fd_tell", "Fi", Some(Errno::SPipe)),
    ("path_create_directory", "Dii", Some(Errno::NotDir)),
    ("path_filestat_get", "Diiii", Some(Errno::NotDir)),
    ("path_filestat_set_times", "Diiilli", Some(Errno::NotDir)),
    ("path_link", "Diiiiii", Some(Errno::NotDir)),
    ("path_open", "Diiiillii", Some(Errno::NotDir)),
    ("path_readlink", "Diiiii", Some(Errno::NotDir)),
    ("path_remove_directory", "Dii", Some(Errno::NotDir)),
    ("path_rename", "Diiiii", Some(Errno::NotDir)),
    ("path_symlink", "iiDii", Some(Errno::NotDir)),
    ("path_unlink_file", "Dii", Some(Errno::NotDir)),
    ("proc_raise", "i", Some(Errno::NoSys)),
    ("sock_accept", "Fii", Some(Errno::NotSock)),
    ("sock_recv", "Fiiiii", Some(Errno::NotSock)),
    ("sock_send", "Fiiii", Some(Errno::NotSock)),
    ("sock_shutdown", "Fi", Some(Errno::NotSock)),
];

/// Their names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, ..)| *name)
}

/// Defines the one of that name, if there is one.
pub(super) fn add<T: Wasi>(linker: &mut Linker<T>, module: &str, name: &str) -> Result<(), Error> {
    let found = FUNCTIONS.iter().find(|(known, ..)| *known == name);
    let Some((_, params, errno)) = found else { return Ok(()) };
    let types = params.bytes().map(|param| match param {
        b'l' => ValType::I64,
        _ => ValType::I32,
    });
    let (file, is_path) = (params.find(['F', 'D']), params.contains('D'));
    linker.func_new(
        module,
        name,
        FuncType::new(types, [ValType::I32]),
        move |_: Caller<'_, T>, params, results| {
            let file = match file.and_then(|file| params.get(file)) {
                Some(Val::I32(file)) => Some(*file),
                _ => None,
            };
            let answer = match file {
                Some(CURRENT_DIRECTORY) if is_path => Some(Errno::NoEnt),
                Some(file) if !is_stream(file) => Some(Errno::BadF),
                _ => *errno,
            };
            results.fill(Val::I32(answer.map_or(0, |errno| errno as i32)));
            Ok(())
        },
    )?;
    Ok(())
}
