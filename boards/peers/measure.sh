#!/usr/bin/env bash
# Measures other runtimes with the real programs, on the emulated board mps2-an386:
#
#     boards/peers/measure.sh WASM3 WAMR
#
# WASM3 is the folder of wasm3's sources, WAMR that of WAMR's: README.md tells where they come from.
# Needs arm-none-eabi-gcc with newlib, and qemu-system-arm. Prints a row for each program and runtime:
# instructions to load it and to run it, its result, the most heap with the linear memory, and
# the bytes of the image without the program.
set -euo pipefail
if [ $# -ne 2 ] || [ ! -f "$1/wasm3.h" ] || [ ! -d "$2/core/iwasm" ]; then
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 2
fi
wasm3=$(realpath "$1") core=$(realpath "$2")/core
cd "$(dirname "$0")"
programs=$(realpath ../scenarios/programs/modules/page-65536)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

flags="-mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -ffunction-sections -fdata-sections -I."
wraps=-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free

# compile OUT FLAG... -- FILE...
compile() {
    local out=$build/$1 options=()
    mkdir -p "$out"
    shift
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    for file in "$@"; do
        arm-none-eabi-gcc $flags "${options[@]}" -w -c "$file" -o "$out/$(basename "${file%.*}").o"
    done
}

# measure NAME: links the objects of this name with each program, and runs it
measure() {
    for program in "$programs"/*.wasm; do
        compile module -DMODULE="\"$program\"" -- module.S
        arm-none-eabi-gcc $flags -T link.ld -nostartfiles -Wl,--gc-sections $wraps \
            "$build/$1"/*.o "$build"/board/*.o "$build"/module/*.o -lm -o "$build/image.elf"
        local size
        size=$(arm-none-eabi-size "$build/image.elf" | awk 'NR == 2 { print $1 + $2 }')
        printf '%s, %s: flash %d ' "$1" "$(basename "$program" .wasm)" \
            "$((size - $(stat -c %s "$program")))"
        timeout 120 qemu-system-arm -M mps2-an386 -nographic -icount shift=0 -monitor none \
            -serial none -semihosting-config enable=on,target=native -kernel "$build/image.elf" 2>&1
    done
}

compile board -O2 -- board.c

compile wasm3 -O3 -Dd_m3LogOutput=0 -I"$wasm3" -- "$wasm3"/*.c wasm3.c
measure wasm3

includes=(-Iplatform)
for folder in shared/platform/include shared/utils shared/mem-alloc iwasm/include iwasm/common \
    iwasm/interpreter iwasm .; do
    includes+=(-I"$core/$folder")
done
wamr=(-DBUILD_TARGET_THUMB_VFP '-DBUILD_TARGET="THUMBV7EM_VFP"' -DNDEBUG
    -DWASM_ENABLE_INTERP=1 -DWASM_ENABLE_FAST_INTERP=1 -DWASM_ENABLE_LABELS_AS_VALUES=1
    -DWASM_ENABLE_BULK_MEMORY=1 -DWASM_ENABLE_LIBC_BUILTIN=0
    -DBH_MALLOC=wasm_runtime_malloc -DBH_FREE=wasm_runtime_free "${includes[@]}")
compile wamr -O3 "${wamr[@]}" -- "$core"/iwasm/interpreter/wasm_{interp_fast,loader,runtime}.c \
    "$core"/iwasm/common/wasm_{exec_env,memory,native,runtime_common}.c \
    "$core"/iwasm/common/arch/invokeNative_thumb_vfp.s "$core"/shared/mem-alloc/mem_alloc.c \
    "$core"/shared/mem-alloc/ems/*.c "$core"/shared/utils/bh_*.c platform/platform.c wamr.c
measure wamr
