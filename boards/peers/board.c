/* The emulated board, mps2-an386: start, clock, heap with accounts, output by semihosting. */
#include "board.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define STOPPED_APPLICATION_EXIT 0x20026

/* A CMSDK timer: 25 MHz, where an instruction takes a nanosecond. */
#define TIMER ((volatile uint32_t *)0x40000000)
#define INSTRUCTIONS_PER_TICK 40
#define CPACR (*(volatile uint32_t *)0xe000ed88)

extern uint32_t _data_start, _data_end, _data_source, _bss_start, _bss_end, _stack_top;
extern char _heap_start, _heap_end;
int main(void);

static int semihosting(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void _exit(int code)
{
    const uint32_t arguments[2] = {STOPPED_APPLICATION_EXIT, (uint32_t)code};
    semihosting(SYS_EXIT_EXTENDED, arguments);
    for (;;) {
    }
}

void reset(void)
{
    CPACR |= 0xf << 20;
    __asm__ volatile("dsb\nisb");
    const uint32_t *source = &_data_source;
    for (uint32_t *at = &_data_start; at < &_data_end; at++)
        *at = *source++;
    for (uint32_t *at = &_bss_start; at < &_bss_end; at++)
        *at = 0;
    TIMER[1] = TIMER[2] = UINT32_MAX;
    TIMER[0] = 1;
    _exit(main());
}

static void fault(void)
{
    semihosting(SYS_WRITE0, "fault\n");
    _exit(1);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &_stack_top, reset, fault, fault, fault, fault, fault, 0, 0, 0, 0, fault, 0, 0, fault, fault,
};

uint32_t instructions(void)
{
    return (UINT32_MAX - TIMER[1]) * INSTRUCTIONS_PER_TICK;
}

static size_t used, peak;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void __real_free(void *);

static size_t taken_by(void *block)
{
    return block ? malloc_usable_size(block) + sizeof(size_t) : 0;
}

static void *counted(void *block)
{
    used += taken_by(block);
    if (used > peak)
        peak = used;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    size_t before = taken_by(block);
    void *moved = __real_realloc(block, size);
    if (moved) {
        used -= before;
        counted(moved);
    }
    return moved;
}

void __wrap_free(void *block)
{
    used -= taken_by(block);
    __real_free(block);
}

size_t heap_peak(void)
{
    return peak;
}

void report(uint32_t load, uint32_t run, uint32_t result)
{
    printf("load %lu run %lu result %08lx heap %u\n", (unsigned long)load, (unsigned long)run,
           (unsigned long)result, (unsigned)heap_peak());
}

void fail(const char *reason)
{
    printf("error: %s\n", reason);
}

/* What newlib needs. */

void *_sbrk(ptrdiff_t bytes)
{
    static char *end = &_heap_start;
    if (bytes > &_heap_end - end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *block = end;
    end += bytes;
    return block;
}

int _write(int file, const char *bytes, int length)
{
    (void)file;
    for (int index = 0; index < length; index++) {
        const char text[2] = {bytes[index], 0};
        semihosting(SYS_WRITE0, text);
    }
    return length;
}

int _read(int file, char *bytes, int length)
{
    (void)file, (void)bytes, (void)length;
    return 0;
}

int _close(int file)
{
    (void)file;
    return -1;
}

int _lseek(int file, int offset, int whence)
{
    (void)file, (void)offset, (void)whence;
    return 0;
}

int _fstat(int file, void *status)
{
    (void)file, (void)status;
    return -1;
}

int _isatty(int file)
{
    (void)file;
    return 1;
}

int _kill(int process, int signal)
{
    (void)process;
    _exit(signal);
    return 0;
}

int _getpid(void)
{
    return 1;
}
