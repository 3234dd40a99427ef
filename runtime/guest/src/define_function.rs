//! A function of an interface in a linker.

/// Defines it: its parameters, how many bytes it reads, how they are borrowed from the guest's memory, and
/// the arguments.
#[doc(hidden)]
#[macro_export]
macro_rules! define_function {
    ({$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $text:ident: &str $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $text: u32, length: u32,]
            [$($l)* + u64::from(length)]
            [$($b)* let $text = ::vellum::guest::text($memory, $text, length)?;]
            [$($a)* $text,] $($($rest)*)?
        }
    };
    ({$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $record:ident: &[$ty:ident]
        $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $record: u32, length: u32,]
            [$($l)* + u64::from(length) * size_of::<$ty>() as u64]
            [$($b)* let $record = ::vellum::guest::records::<$ty>($memory, $record, length)?;]
            [$($a)* $record,] $($($rest)*)?
        }
    };
    ({$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $record:ident: &mut [$ty:ident]
        $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $record: u32, length: u32,]
            [$($l)* + u64::from(length) * size_of::<$ty>() as u64]
            [$($b)* let $record = ::vellum::guest::records_mut::<$ty>($memory, $record, length)?;]
            [$($a)* $record,] $($($rest)*)?
        }
    };
    ({$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $record:ident: &mut $ty:ident
        $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $record: u32,]
            [$($l)* + size_of::<$ty>() as u64]
            [$($b)* let $record = ::vellum::guest::record_mut::<$ty>($memory, $record)?;]
            [$($a)* $record,] $($($rest)*)?
        }
    };
    ({$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $record:ident: &$ty:ident
        $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $record: u32,]
            [$($l)* + size_of::<$ty>() as u64]
            [$($b)* let $record = ::vellum::guest::record::<$ty>($memory, $record)?;]
            [$($a)* $record,] $($($rest)*)?
        }
    };
    ($to:tt [$($p:tt)*] $l:tt $b:tt [$($a:tt)*] $value:ident: $ty:ident $(, $($rest:tt)*)?) => {
        $crate::define_function! {
            $to [$($p)* $value: $ty,] $l $b [$($a)* $value,] $($($rest)*)?
        }
    };
    ({$linker:ident $module:literal $name:ident $function:ident [$($result:ty)?] $caller:ident
        $memory:ident $host:ident} [$($p:tt)*] [] [] [$($a:tt)*]) => {
        $linker.func_wrap(
            $module,
            stringify!($function),
            |mut $caller: ::vellum::Caller<'_, T>, $($p)*| {
                $name::$function($caller.data_mut(), $($a)*)
            },
        )?;
    };
    ({$linker:ident $module:literal $name:ident $function:ident [$($result:ty)?] $caller:ident
        $memory:ident $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*]) => {
        $linker.func_wrap(
            $module,
            stringify!($function),
            |mut $caller: ::vellum::Caller<'_, T>, $($p)*| {
                let bytes: u64 = 0 $($l)*;
                ::vellum::guest::with_memory(&mut $caller, bytes, |$memory, $host: &mut T| {
                    $($b)*
                    $name::$function($host, $($a)*)
                })
            },
        )?;
    };
}
