//! What the boards' runner offers to guests.

use super::text::quoted;

/// The functions of WASI preview 1, all of which have an answer.
const PREVIEW1: &str = "\
args_get args_sizes_get clock_res_get clock_time_get environ_get environ_sizes_get fd_advise fd_allocate \
fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_get \
fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_dir_name fd_prestat_get fd_pwrite fd_read \
fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write path_create_directory path_filestat_get \
path_filestat_set_times path_link path_open path_readlink path_remove_directory path_rename path_symlink \
path_unlink_file poll_oneoff proc_exit proc_raise random_get sched_yield sock_accept sock_recv sock_send \
sock_shutdown";

/// By module, what it offers there.
pub(crate) const OFFERED: [(&str, &str); 5] = [
    (
        "env",
        "print print_i32 print_i64 print_f32 print_f64 abort trace seed Date.now console.log \
         console.debug console.info console.warn console.error emscripten_notify_memory_growth",
    ),
    ("vellum", "log panic"),
    ("wasi_snapshot_preview1", PREVIEW1),
    ("wasi_unstable", PREVIEW1),
    ("wasi", "thread-spawn"),
];

/// The functions that it offers in a module.
pub(crate) fn offered(module: &str) -> impl Iterator<Item = &'static str> {
    let names = OFFERED.iter().filter(move |(from, _)| *from == module);
    names.flat_map(|(_, names)| names.split_whitespace())
}

/// Whether the runner has a function of that name for guests. Memories and tables it makes.
pub(crate) fn is_offered(module: &str, name: &str) -> bool {
    offered(module).any(|offered| offered == name)
}

/// What the runner offers in a module, in one line, for one who imports something else from there.
pub(crate) fn instead(module: &str) -> String {
    match OFFERED.iter().find(|(from, _)| *from == module) {
        Some((_, names)) => format!("the runner offers in {}: {names}", quoted(module)),
        None => {
            let modules: Vec<_> = OFFERED.iter().map(|(from, _)| quoted(from)).collect();
            format!("the runner offers functions in {}", modules.join(", "))
        }
    }
}
