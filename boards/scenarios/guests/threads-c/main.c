/* Three threads with a lock, atomics and storage of their own, in one page without a C library. */

#include "lock.h"
#include "wasi.h"

enum { THREADS = 3, ROUNDS = 1000, STACK = 512, STORAGE = 64 };

/* Begins with the stack, as start.s expects. */
struct thread {
    char *stack;
    char *storage;
    int weight;
    int result;
    lock running;
};

void __wasm_init_tls(void *storage);

static _Thread_local int own = 7;
static lock counter_lock;
static long long counter;
static _Atomic unsigned sum;

static struct thread threads[THREADS];
static _Alignas(16) char stacks[THREADS][STACK];
static _Alignas(16) char storages[THREADS + 1][STORAGE];

/* Apart from what sets up the storage that it uses. */
__attribute__((noinline)) static int work(int weight) {
    for (int round = 0; round < ROUNDS; round++) {
        own += weight;
        atomic_fetch_add(&sum, 1);
        acquire(&counter_lock);
        counter += weight;
        release(&counter_lock);
    }
    return own;
}

void run_thread(int id, struct thread *thread) {
    (void)id;
    __wasm_init_tls(thread->storage);
    thread->result = work(thread->weight);
    atomic_store(&thread->running, 0);
    wake(&thread->running, 1);
}

static void start(struct thread *thread, int index) {
    thread->stack = stacks[index] + STACK;
    thread->storage = storages[index];
    thread->weight = index + 1;
    thread->running = 1;
    if (thread_spawn(thread) < 0) proc_exit(2);
}

static void join(struct thread *thread) {
    while (atomic_load(&thread->running)) wait_while(&thread->running, 1);
}

/* Prints a line: a word and a number. */
static void print(const char *word, unsigned length, unsigned number) {
    char digits[11];
    char *digit = digits + sizeof digits;
    *--digit = '\n';
    do *--digit = '0' + number % 10; while (number /= 10);
    struct piece pieces[] = {{word, length}, {digit, digits + sizeof digits - digit}};
    unsigned written;
    if (fd_write(1, pieces, 2, &written) || written < length) proc_exit(3);
}

#define PRINT(word, number) print(word " ", sizeof word, number)

void _start(void) {
    __wasm_init_tls(storages[THREADS]);
    for (int i = 0; i < THREADS; i++) start(&threads[i], i);
    for (int i = 0; i < THREADS; i++) join(&threads[i]);
    PRINT("counter", counter);
    PRINT("sum", sum);
    for (int i = 0; i < THREADS; i++) PRINT("thread", threads[i].result);
    PRINT("main", own);
}
