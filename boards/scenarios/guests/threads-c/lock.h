/* A lock on which threads wait. */

#include <stdatomic.h>

enum { FREE, HELD, AWAITED };

typedef _Atomic int lock;

static void wait_while(lock *word, int value) {
    __builtin_wasm_memory_atomic_wait32((int *)word, value, -1);
}

static void wake(lock *word, unsigned threads) {
    __builtin_wasm_memory_atomic_notify((int *)word, threads);
}

static void acquire(lock *lock) {
    int found = FREE;
    if (atomic_compare_exchange_strong(lock, &found, HELD)) return;
    while (atomic_exchange(lock, AWAITED) != FREE) wait_while(lock, AWAITED);
}

static void release(lock *lock) {
    if (atomic_exchange(lock, FREE) == AWAITED) wake(lock, 1);
}
