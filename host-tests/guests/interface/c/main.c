#include "display.h"

uint32_t draw(void) {
    static Pixel pixels[] = {{1, 10, 100000}, {2, 20, 200000}};
    Display_clear();
    Display_brighten(pixels, 2);
    Touch touch = {Display_draw(pixels, 2, &pixels[1]), 0.5f};
    Display_next(&touch);
    return touch.at + Display_show(3, "in C", 4);
}
