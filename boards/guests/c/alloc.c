/* An allocator that never frees: each block lies behind the one before. */
#include "vellum.h"

/* Where the linker ends stack and data, and the size of a page. */
extern unsigned char __heap_base, __wasm_first_page_end;

static uintptr_t next;

void *vellum_alloc(size_t bytes) {
    const uintptr_t page = (uintptr_t)&__wasm_first_page_end;
    const uintptr_t start = ((next ? next : (uintptr_t)&__heap_base) + 7) & ~(uintptr_t)7;
    const uintptr_t end = start + bytes;
    if (end < start) {
        return NULL;
    }
    const uintptr_t held = __builtin_wasm_memory_size(0) * page;
    if (end > held && __builtin_wasm_memory_grow(0, (end - held + page - 1) / page) == (size_t)-1) {
        return NULL;
    }
    next = end;
    return (void *)start;
}
