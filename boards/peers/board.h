/* What a runtime under measurement finds on the emulated board. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

/* The module that is run, of which the linker makes a part of the image. */
extern uint8_t module[], module_end[];

/* Instructions since the start, in steps of 40. */
uint32_t instructions(void);

/* The most bytes of the heap in use at one time. */
size_t heap_peak(void);

/* Prints the row of a run. */
void report(uint32_t load, uint32_t run, uint32_t result);

/* Prints why there is no row. */
void fail(const char *reason);

#endif
