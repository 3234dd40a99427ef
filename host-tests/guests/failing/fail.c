// Reads far behind the end of a table, in a function that is inlined into the exported one.

static int table[4] = {1, 2, 3, 4};

__attribute__((noinline)) static int look_up(unsigned index) {
    return *(volatile int *)&table[index];
}

static inline int sum(unsigned a, unsigned b) {
    return look_up(a) + look_up(b);
}

__attribute__((export_name("run"))) int run(unsigned a, unsigned b) {
    return sum(a, b);
}
