//! One definition of functions that guests import, for guests and hosts.

/// Defines functions that a host has and its guests call, for both of them.
///
/// In a guest each is a function. On the host they are the methods of a trait, which the embedder's data
/// implements, and `add_to_linker` defines them in a `vellum::Linker`. Put the definition in a crate or a file
/// of its own that both use, and each definition in a module. The host's crate depends on `vellum`.
///
/// Parameters are `i32`, `u32`, `i64`, `u64`, `f32`, `f64`, `&str`, `&[u8]` and, if there is no other text or
/// slice, which might be the same bytes, `&mut [u8]`; a result is a number. A text or slice passes as pointer and length, and the host borrows it from the guest's memory: a pointer that leads
/// out of it ends the call with `Error::Access`, bytes that are no UTF-8 with a `Utf8Error`. The methods give
/// a `Result`, by whose error the host ends the guest's call. A guest with fuel pays one unit for 64 bytes.
///
/// A guest that was built from another definition does not link: the error names the function and both types.
///
/// ```
/// mod display {
///     vellum_guest::interface! {
///         /// A display of one line.
///         pub trait Display in "display" {
///             /// Shows a text from this column on, and gives how many columns it took.
///             fn show(column: u32, text: &str) -> u32;
///             /// Fills bytes with what is shown, and gives how many are.
///             fn shown(bytes: &mut [u8]) -> u32;
///         }
///     }
/// }
///
/// struct Lines(Vec<String>);
///
/// // The host's side; a guest calls `display::show(0, "hello")`.
/// impl display::Display for Lines {
///     fn show(&mut self, column: u32, text: &str) -> Result<u32, vellum::Error> {
///         self.0.push(format!("{column}: {text}"));
///         Ok(text.chars().count() as u32)
///     }
///
///     fn shown(&mut self, bytes: &mut [u8]) -> Result<u32, vellum::Error> {
///         let line = self.0.last().map_or(&[][..], |line| line.as_bytes());
///         let length = line.len().min(bytes.len());
///         bytes[..length].copy_from_slice(&line[..length]);
///         Ok(length as u32)
///     }
/// }
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = vellum::Engine::new(&vellum::Config::new())?;
/// let mut linker = vellum::Linker::<Lines>::new(&engine);
/// display::add_to_linker(&mut linker)?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! interface {
    ($(#[$about:meta])* $vis:vis trait $name:ident in $module:literal {
        $($(#[$what:meta])* fn $function:ident($($parameters:tt)*) $(-> $result:ty)?;)*
    }) => {
        $(
            #[cfg(target_arch = "wasm32")]
            $crate::interface! {
                @import
                {$module $vis $function [$($result)?] [$(#[$what])*]} [] [] [] $($parameters)*
            }
        )*

        #[cfg(not(target_arch = "wasm32"))]
        $(#[$about])*
        $vis trait $name {
            $($crate::interface! { @method [$(#[$what])*] $function [$($parameters)*] [$($result)?] })*
        }

        /// Defines the functions in a linker, for guests of an embedder whose data has them.
        ///
        /// # Errors
        ///
        /// `Error::DuplicateDefinition` when one of them is defined already.
        #[cfg(not(target_arch = "wasm32"))]
        $vis fn add_to_linker<T: $name + Send + 'static>(
            linker: &mut ::vellum::Linker<T>,
        ) -> Result<(), ::vellum::Error> {
            $($crate::interface! {
                @define
                {linker $module $name $function [$($result)?] caller memory host} [] [] [] []
                $($parameters)*
            })*
            Ok(())
        }
    };

    // A function of a guest that calls the host's: its parameters, those of the import, and its arguments.
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &str $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &str,] [$($i)* _: *const u8, _: usize,]
            [$($a)* $name.as_ptr(), $name.len(),] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &[u8] $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &[u8],] [$($i)* _: *const u8, _: usize,]
            [$($a)* $name.as_ptr(), $name.len(),] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &mut [u8] $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &mut [u8],] [$($i)* _: *mut u8, _: usize,]
            [$($a)* $name.as_mut_ptr(), $name.len(),] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: $ty:ident $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: $ty,] [$($i)* _: $ty,] [$($a)* $name,] $($($rest)*)?
        }
    };
    (@import {$module:literal $vis:vis $function:ident [$($result:ty)?] [$($what:tt)*]}
        [$($p:tt)*] [$($i:tt)*] [$($a:tt)*]) => {
        $($what)*
        $vis fn $function($($p)*) $(-> $result)? {
            #[link(wasm_import_module = $module)]
            unsafe extern "C" {
                safe fn $function($($i)*) $(-> $result)?;
            }
            $function($($a)*)
        }
    };

    // A method of the host's trait.
    (@method [$($what:tt)*] $function:ident [$($parameters:tt)*] []) => {
        $($what)*
        fn $function(&mut self, $($parameters)*) -> Result<(), ::vellum::Error>;
    };
    (@method [$($what:tt)*] $function:ident [$($parameters:tt)*] [$result:ty]) => {
        $($what)*
        fn $function(&mut self, $($parameters)*) -> Result<$result, ::vellum::Error>;
    };

    // A function in a linker: its parameters, how many bytes it reads, how they are borrowed from the guest's
    // memory, and the arguments.
    (@define {$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $text:ident: &str $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @define
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $text: u32, length: u32,]
            [$($l)* + u64::from(length)]
            [$($b)* let $text = ::vellum::guest::text($memory, $text, length)?;]
            [$($a)* $text,] $($($rest)*)?
        }
    };
    (@define {$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $bytes:ident: &[u8] $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @define
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $bytes: u32, length: u32,]
            [$($l)* + u64::from(length)]
            [$($b)* let $bytes = ::vellum::guest::bytes($memory, $bytes, length)?;]
            [$($a)* $bytes,] $($($rest)*)?
        }
    };
    (@define {$linker:ident $module:literal $name:ident $function:ident $result:tt $caller:ident $memory:ident
        $host:ident} [$($p:tt)*] [$($l:tt)*] [$($b:tt)*] [$($a:tt)*] $bytes:ident: &mut [u8]
        $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @define
            {$linker $module $name $function $result $caller $memory $host}
            [$($p)* $bytes: u32, length: u32,]
            [$($l)* + u64::from(length)]
            [$($b)* let $bytes = ::vellum::guest::bytes_mut($memory, $bytes, length)?;]
            [$($a)* $bytes,] $($($rest)*)?
        }
    };
    (@define $to:tt [$($p:tt)*] $l:tt $b:tt [$($a:tt)*] $value:ident: $ty:ident $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @define $to [$($p)* $value: $ty,] $l $b [$($a)* $value,] $($($rest)*)?
        }
    };
    (@define {$linker:ident $module:literal $name:ident $function:ident [$($result:ty)?] $caller:ident
        $memory:ident $host:ident} [$($p:tt)*] [] [] [$($a:tt)*]) => {
        $linker.func_wrap(
            $module,
            stringify!($function),
            |mut $caller: ::vellum::Caller<'_, T>, $($p)*| {
                $name::$function($caller.data_mut(), $($a)*)
            },
        )?;
    };
    (@define {$linker:ident $module:literal $name:ident $function:ident [$($result:ty)?] $caller:ident
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
