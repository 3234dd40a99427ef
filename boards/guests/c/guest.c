/* A guest: what the host calls, and what it calls of the host. */
#include "vellum.h"

VELLUM_EXPORT("add")
int32_t add(int32_t left, int32_t right) { return left + right; }

/* Runs if no function is named. */
VELLUM_EXPORT("_start")
void start(void) {
    int32_t *sum = vellum_alloc(sizeof *sum);
    ASSERT(sum);
    *sum = add(2, 3);
    LOG("hello");
    print_i32(*sum);
}
