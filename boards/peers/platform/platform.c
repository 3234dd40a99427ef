/* What WAMR asks of its platform: a heap, and locks for the only thread there is. */
#include "platform_api_vmcore.h"

int bh_platform_init(void)
{
    return 0;
}

void bh_platform_destroy(void)
{
}

void *os_malloc(unsigned size)
{
    return malloc(size);
}

void *os_realloc(void *block, unsigned size)
{
    return realloc(block, size);
}

void os_free(void *block)
{
    free(block);
}

int os_printf(const char *format, ...)
{
    (void)format;
    return 0;
}

int os_vprintf(const char *format, va_list arguments)
{
    (void)format, (void)arguments;
    return 0;
}

uint64 os_time_get_boot_microsecond(void)
{
    return 0;
}

korp_tid os_self_thread(void)
{
    return 1;
}

uint8 *os_thread_get_stack_boundary(void)
{
    return NULL;
}

int os_mutex_init(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int os_mutex_destroy(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int os_mutex_lock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int os_mutex_unlock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

void *os_mmap(void *hint, size_t size, int protection, int flags)
{
    (void)hint, (void)protection, (void)flags;
    return malloc(size);
}

void os_munmap(void *address, size_t size)
{
    (void)size;
    free(address);
}

int os_mprotect(void *address, size_t size, int protection)
{
    (void)address, (void)size, (void)protection;
    return 0;
}

void os_dcache_flush(void)
{
}

/* Without the built-in C library no global of it is there. */
bool wasm_native_lookup_libc_builtin_global(const char *module, const char *name, void *global)
{
    (void)module, (void)name, (void)global;
    return false;
}
