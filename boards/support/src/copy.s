// Copying and filling by blocks of eight words. Where one of both places is not aligned it goes by single
// words, which Cortex-M3 and later load and store at any address.

    .syntax unified
    .thumb

    .macro names all:vararg
    .irp name, \all
    .global \name
    .type \name, %function
    .thumb_func
\name:
    .endr
    .endm

    .macro function first, others:vararg
    .section .text.\first, "ax", %progbits
    .balign 4
    names \first, \others
    .endm

// Copy so many words from r1 to r12, forwards or backwards.
    .macro up words
    .rept \words
    ldr   r3, [r1], #4
    str   r3, [r12], #4
    .endr
    .endm

    .macro down words
    .rept \words
    ldr   r3, [r1, #-4]!
    str   r3, [r12, #-4]!
    .endr
    .endm

// void *memcpy(void *to /* r0 */, const void *from /* r1 */, size_t length /* r2 */)
// r0 is given back; r12 and r1 go through both places. r2 is 32 less than what is left, so that of the
// last bytes its lowest five bits tell how many they are: one shift sets the flags by two of them.
    function memcpy, __aeabi_memcpy, __aeabi_memcpy4, __aeabi_memcpy8
    mov   r12, r0
    subs  r2, r2, #32
    blo   3f
    orr   r3, r0, r1
    lsls  r3, r3, #30
    bne   2f
    push  {r4-r10}
1:
    ldmia r1!, {r3-r10}
    stmia r12!, {r3-r10}
    subs  r2, r2, #32
    bhs   1b
    lsls  r2, r2, #28
    itt   cs
    ldmiacs r1!, {r3-r6}
    stmiacs r12!, {r3-r6}
    itt   mi
    ldmiami r1!, {r3-r4}
    stmiami r12!, {r3-r4}
    pop   {r4-r10}
    b     5f
2:
    up    4
    subs  r2, r2, #16
    bhs   2b
3:
    lsls  r2, r2, #28
    bcc   4f
    up    4
4:
    bpl   5f
    up    2
5:
    lsls  r2, r2, #2
    itt   cs
    ldrcs r3, [r1], #4
    strcs r3, [r12], #4
    it    eq
    bxeq  lr
    itt   mi
    ldrhmi r3, [r1], #2
    strhmi r3, [r12], #2
    lsls  r2, r2, #1
    itt   mi
    ldrbmi r3, [r1]
    strbmi r3, [r12]
    bx    lr

// void *memmove(void *to, const void *from, size_t length)
// Upwards unless `to` lies in what is copied. Downwards, r12 and r1 begin at the ends.
    function memmove, __aeabi_memmove, __aeabi_memmove4, __aeabi_memmove8
    subs  r3, r0, r1
    cmp   r3, r2
    blo   8f
    b     memcpy
8:
    add   r12, r0, r2
    add   r1, r1, r2
    subs  r2, r2, #32
    blo   3f
    orr   r3, r12, r1
    lsls  r3, r3, #30
    bne   2f
    push  {r4-r10}
1:
    ldmdb r1!, {r3-r10}
    stmdb r12!, {r3-r10}
    subs  r2, r2, #32
    bhs   1b
    pop   {r4-r10}
    b     3f
2:
    down  4
    subs  r2, r2, #16
    bhs   2b
3:
    lsls  r2, r2, #28
    bcc   4f
    down  4
4:
    bpl   5f
    down  2
5:
    lsls  r2, r2, #2
    itt   cs
    ldrcs r3, [r1, #-4]!
    strcs r3, [r12, #-4]!
    itt   mi
    ldrhmi r3, [r1, #-2]!
    strhmi r3, [r12, #-2]!
    lsls  r2, r2, #1
    itt   mi
    ldrbmi r3, [r1, #-1]
    strbmi r3, [r12, #-1]
    bx    lr

// void *memset(void *to, int value, size_t length), which gives `to` back
    .section .text.memset, "ax", %progbits
    .balign 4
    names memset
    push  {r0, lr}
    mov   r3, r1
    mov   r1, r2
    mov   r2, r3
    bl    __aeabi_memset
    pop   {r0, pc}

// void __aeabi_memclr(void *to, size_t length)
// void __aeabi_memset(void *to, size_t length, int value)
    function __aeabi_memclr, __aeabi_memclr4, __aeabi_memclr8
    movs  r2, #0
    names __aeabi_memset, __aeabi_memset4, __aeabi_memset8
    uxtb  r2, r2
    orr   r2, r2, r2, lsl #8
    orr   r2, r2, r2, lsl #16
1:
    lsls  r3, r0, #30
    beq   2f
    subs  r1, r1, #1
    blo   9f
    strb  r2, [r0], #1
    b     1b
2:
    subs  r1, r1, #32
    blo   4f
    push  {r4-r9}
    mov   r3, r2
    mov   r4, r2
    mov   r5, r2
    mov   r6, r2
    mov   r7, r2
    mov   r8, r2
    mov   r9, r2
3:
    stmia r0!, {r2-r9}
    subs  r1, r1, #32
    bhs   3b
    pop   {r4-r9}
4:
    lsls  r1, r1, #28
    bcc   5f
    str   r2, [r0], #4
    str   r2, [r0], #4
    str   r2, [r0], #4
    str   r2, [r0], #4
5:
    itt   mi
    strmi r2, [r0], #4
    strmi r2, [r0], #4
    lsls  r1, r1, #2
    it    cs
    strcs r2, [r0], #4
    it    mi
    strhmi r2, [r0], #2
    lsls  r1, r1, #1
    it    mi
    strbmi r2, [r0]
9:
    bx    lr

    .text
