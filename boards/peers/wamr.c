/* WAMR: loads the module, which translates all of it, makes an instance, and calls `run`. */
#include "board.h"
#include "wasm_export.h"

#include <stdlib.h>

#define STACK 8192

static char error[128];

static const char *measure(void)
{
    uint32_t start = instructions();
    RuntimeInitArgs arguments = {.mem_alloc_type = Alloc_With_Allocator};
    arguments.mem_alloc_option.allocator.malloc_func = malloc;
    arguments.mem_alloc_option.allocator.realloc_func = realloc;
    arguments.mem_alloc_option.allocator.free_func = free;
    if (!wasm_runtime_full_init(&arguments))
        return "no runtime";
    wasm_module_t loaded = wasm_runtime_load(module, module_end - module, error, sizeof error);
    if (!loaded)
        return error;
    wasm_module_inst_t instance = wasm_runtime_instantiate(loaded, STACK, 0, error, sizeof error);
    if (!instance)
        return error;
    wasm_exec_env_t environment = wasm_runtime_create_exec_env(instance, STACK);
    wasm_function_inst_t function = wasm_runtime_lookup_function(instance, "run", NULL);
    uint32_t load = instructions() - start;
    start = instructions();
    uint32_t result[2] = {0};
    if (!wasm_runtime_call_wasm(environment, function, 0, result))
        return wasm_runtime_get_exception(instance);
    report(load, instructions() - start, result[0]);
    return NULL;
}

int main(void)
{
    const char *reason = measure();
    if (reason)
        fail(reason);
    return 0;
}
