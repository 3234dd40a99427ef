/* What the program imports. */

#define IMPORT(module, name) \
    __attribute__((import_module(#module), import_name(name)))

struct piece {
    const char *text;
    unsigned length;
};

/* Starts a thread: its identifier, or a negative number. */
IMPORT(wasi, "thread-spawn") int thread_spawn(void *argument);

IMPORT(wasi_snapshot_preview1, "fd_write")
int fd_write(int file, const struct piece *pieces, unsigned count, unsigned *written);

IMPORT(wasi_snapshot_preview1, "proc_exit") _Noreturn void proc_exit(int code);
