/* What the host does for a guest, and what a C program needs without a library. */
#ifndef VELLUM_H
#define VELLUM_H

#include <stddef.h>
#include <stdint.h>

#define VELLUM_IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
/* A function that the host calls by this name. */
#define VELLUM_EXPORT(name) __attribute__((export_name(name)))

/* Prints a line of UTF-8. */
VELLUM_IMPORT("vellum", "log")
void vellum_log(const char *line, size_t length);

/* Ends the call with an error that has this message and place. */
VELLUM_IMPORT("vellum", "panic")
_Noreturn void vellum_panic(const char *message, size_t message_length, const char *file,
                            size_t file_length, uint32_t line, uint32_t column);

/* Functions of `cargo rig run`; a firmware has those that it defines. */
VELLUM_IMPORT("env", "print_i32")
void print_i32(int32_t value);

/* For texts that are constants. */
#define LOG(text) vellum_log(text, sizeof(text) - 1)
#define PANIC(text) vellum_panic(text, sizeof(text) - 1, __FILE__, sizeof(__FILE__) - 1, __LINE__, 1)
#define ASSERT(condition) ((condition) ? (void)0 : PANIC("assertion failed: " #condition))

/* Bytes of the heap, which grows; NULL if the memory may not. They are never freed. */
void *vellum_alloc(size_t bytes);

#endif
