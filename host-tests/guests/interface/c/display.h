#pragma once
#include <stddef.h>
#include <stdint.h>

// Where a pixel is, and how bright.
typedef struct {
    // From the left.
    uint16_t x;
    uint16_t y;
    uint32_t brightness;
} Pixel;

// What is under a finger.
typedef struct {
    uint32_t at;
    float force;
} Touch;

// Shows a text from this column on, and gives how many columns it took.
__attribute__((import_module("display"), import_name("show")))
uint32_t Display_show(uint32_t column, const char *text, size_t text_length);

// Takes a picture with its name.
__attribute__((import_module("display"), import_name("picture")))
void Display_picture(const char *name, size_t name_length, const uint8_t *bytes, size_t bytes_length, double scale);

// Waits for so many ticks, and gives what time it is.
__attribute__((import_module("display"), import_name("wait")))
uint64_t Display_wait(int64_t ticks);

// Fills bytes with counting numbers, and gives their sum.
__attribute__((import_module("display"), import_name("count")))
uint32_t Display_count(uint32_t first, uint8_t *bytes, size_t bytes_length);

// Draws pixels beside one.
__attribute__((import_module("display"), import_name("draw")))
uint32_t Display_draw(const Pixel *pixels, size_t pixels_length, const Pixel *beside);

// Makes pixels twice as bright.
__attribute__((import_module("display"), import_name("brighten")))
void Display_brighten(Pixel *pixels, size_t pixels_length);

// Tells what is touched after this touch.
__attribute__((import_module("display"), import_name("next")))
void Display_next(Touch *touch);

// Clears all.
__attribute__((import_module("display"), import_name("clear")))
void Display_clear(void);
