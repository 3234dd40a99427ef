/* wasm3: loads the module, compiles all of it, and calls `run`. */
#include "board.h"
#include "wasm3.h"

#define STACK 8192

static M3Result measure(void)
{
    uint32_t start = instructions();
    IM3Environment environment = m3_NewEnvironment();
    IM3Runtime runtime = m3_NewRuntime(environment, STACK, NULL);
    IM3Module parsed;
    M3Result error = m3_ParseModule(environment, &parsed, module, module_end - module);
    if (!error)
        error = m3_LoadModule(runtime, parsed);
    if (!error)
        error = m3_CompileModule(parsed);
    IM3Function function;
    if (!error)
        error = m3_FindFunction(&function, runtime, "run");
    uint32_t loaded = instructions();
    if (!error)
        error = m3_CallV(function);
    uint32_t called = instructions();
    uint32_t result;
    if (!error)
        error = m3_GetResultsV(function, &result);
    if (!error)
        report(loaded - start, called - loaded, result);
    return error;
}

int main(void)
{
    M3Result error = measure();
    if (error)
        fail(error);
    return 0;
}
