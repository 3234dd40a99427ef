//! The same definition in C.

/// The text of a C header of what `interface!` defines.
#[doc(hidden)]
#[macro_export]
macro_rules! c_header {
    ($module:literal $name:ident {
        $([$([$($about:tt)*])*] $record:ident { $([$([$($note:tt)*])*] $field:ident: $kind:ident)* })*
    } {
        $([$([$($what:tt)*])*] $function:ident [$($parameters:tt)*] [$($result:ident)?])*
    }) => {
        concat!(
            "#pragma once\n#include <stddef.h>\n#include <stdint.h>\n",
            $(
                "\n", $($crate::c_header!(@note "" $($about)*),)* "typedef struct {\n",
                $(
                    $($crate::c_header!(@note "    " $($note)*),)*
                    "    ", $crate::c_header!(@type $kind), " ", stringify!($field), ";\n",
                )*
                "} ", stringify!($record), ";\n",
            )*
            $(
                "\n", $($crate::c_header!(@note "" $($what)*),)*
                "__attribute__((import_module(\"", $module, "\"), import_name(\"",
                stringify!($function), "\")))\n",
                $crate::c_header!(@result $($result)?), " ",
                stringify!($name), "_", stringify!($function), "(",
                $crate::c_header!(@all $($parameters)*), ");\n",
            )*
        )
    };

    (@note $indent:literal doc = $text:literal) => { concat!($indent, "//", $text, "\n") };
    (@note $indent:literal $($other:tt)*) => { "" };

    (@result) => { "void" };
    (@result $ty:ident) => { $crate::c_header!(@type $ty) };

    (@all) => { "void" };
    (@all $($parameters:tt)*) => { $crate::c_header!(@each "" $($parameters)*) };

    (@each $sep:literal) => { "" };
    (@each $sep:literal $name:ident: &str $(, $($rest:tt)*)?) => {
        concat!($crate::c_header!(@list $sep "const char" $name), $crate::c_header!(@each ", " $($($rest)*)?))
    };
    (@each $sep:literal $name:ident: &mut [$ty:ident] $(, $($rest:tt)*)?) => {
        concat!(
            $crate::c_header!(@list $sep $ty "" $name), $crate::c_header!(@each ", " $($($rest)*)?)
        )
    };
    (@each $sep:literal $name:ident: &[$ty:ident] $(, $($rest:tt)*)?) => {
        concat!(
            $crate::c_header!(@list $sep $ty "const " $name),
            $crate::c_header!(@each ", " $($($rest)*)?)
        )
    };
    (@each $sep:literal $name:ident: &mut $ty:ident $(, $($rest:tt)*)?) => {
        concat!(
            $sep, $crate::c_header!(@type $ty), " *", stringify!($name),
            $crate::c_header!(@each ", " $($($rest)*)?)
        )
    };
    (@each $sep:literal $name:ident: &$ty:ident $(, $($rest:tt)*)?) => {
        concat!(
            $sep, "const ", $crate::c_header!(@type $ty), " *", stringify!($name),
            $crate::c_header!(@each ", " $($($rest)*)?)
        )
    };
    (@each $sep:literal $name:ident: $ty:ident $(, $($rest:tt)*)?) => {
        concat!(
            $sep, $crate::c_header!(@type $ty), " ", stringify!($name),
            $crate::c_header!(@each ", " $($($rest)*)?)
        )
    };

    (@list $sep:literal $ty:literal $name:ident) => {
        concat!($sep, $ty, " *", stringify!($name), ", size_t ", stringify!($name), "_length")
    };
    (@list $sep:literal $ty:ident $const:literal $name:ident) => {
        concat!(
            $sep, $const, $crate::c_header!(@type $ty), " *", stringify!($name), ", size_t ",
            stringify!($name), "_length"
        )
    };

    (@type u8) => { "uint8_t" };
    (@type i8) => { "int8_t" };
    (@type u16) => { "uint16_t" };
    (@type i16) => { "int16_t" };
    (@type u32) => { "uint32_t" };
    (@type i32) => { "int32_t" };
    (@type u64) => { "uint64_t" };
    (@type i64) => { "int64_t" };
    (@type f32) => { "float" };
    (@type f64) => { "double" };
    (@type $record:ident) => { stringify!($record) };
}
