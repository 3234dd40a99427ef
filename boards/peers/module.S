@ The module, in RAM: WAMR changes the bytes that it loads.
    .section .data
    .balign 4
    .global module, module_end
module:
    .incbin MODULE
module_end:
