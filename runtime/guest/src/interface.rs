//! One definition of functions that guests import, for guests and hosts.

/// Defines functions that a host has and its guests call, for both of them.
///
/// In a guest each is a function. On the host they are the methods of a trait, which the embedder's data
/// implements, and `add_to_linker` defines them in a `vellum::Linker`. Put the definition in a crate or a file
/// of its own that both use, and each definition in a module. The host's crate depends on `vellum`.
///
/// Parameters are `i32`, `u32`, `i64`, `u64`, `f32`, `f64`, `&str`, `&[u8]`, references to records and slices
/// of them and, if there is no other text, slice or reference, which might be the same bytes, `&mut [u8]` or
/// those to change; a result is a number. Records are structures of numbers, without padding, that stand
/// before the trait; they have the layout of C.
///
/// A text or slice passes as pointer and length, a reference as pointer, and the host borrows what is there
/// from the guest's memory: a pointer that leads out of it, or is no multiple of a record's alignment, ends
/// the call with `Error::Access`, bytes that are no UTF-8 with a `Utf8Error`. The methods give
/// a `Result`, by whose error the host ends the guest's call. A guest with fuel pays one unit for 64 bytes.
///
/// The constant `C_HEADER` is the same definition in C, for guests in that language, in which a function has
/// the trait's name and its own, as in `Display_show`.
///
/// A guest that was built from another definition does not link: the error names the function and both types.
///
/// ```
/// mod display {
///     vellum_guest::interface! {
///         /// Where a pixel is, and how bright.
///         pub struct Pixel {
///             x: u16,
///             y: u16,
///             brightness: u32,
///         }
///
///         /// A display of one line.
///         pub trait Display in "display" {
///             /// Shows a text from this column on, and gives how many columns it took.
///             fn show(column: u32, text: &str) -> u32;
///             /// Fills bytes with what is shown, and gives how many are.
///             fn shown(bytes: &mut [u8]) -> u32;
///             /// Shows pixels.
///             fn draw(pixels: &[Pixel]);
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
///
///     fn draw(&mut self, pixels: &[display::Pixel]) -> Result<(), vellum::Error> {
///         self.0.extend(pixels.iter().map(|pixel| format!("{}", pixel.brightness)));
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = vellum::Engine::new(&vellum::Config::new())?;
/// let mut linker = vellum::Linker::<Lines>::new(&engine);
/// display::add_to_linker(&mut linker)?;
/// assert!(display::C_HEADER.contains("void Display_draw(const Pixel *pixels, size_t pixels_length);"));
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! interface {
    ($(#[$($about:tt)*])* $vis:vis struct $($rest:tt)*) => {
        $crate::interface! { @records [] $(#[$($about)*])* $vis struct $($rest)* }
    };
    ($(#[$($about:tt)*])* $vis:vis trait $($rest:tt)*) => {
        $crate::interface! { @records [] $(#[$($about)*])* $vis trait $($rest)* }
    };

    // The records before the trait.
    (@records [$($records:tt)*]
        $(#[$($about:tt)*])* $vis:vis struct $record:ident {
            $($(#[$($note:tt)*])* $field:ident: $kind:ident),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $crate::interface! {
            @records [
                $($records)*
                { [$([$($about)*])*] $vis $record [$([$([$($note)*])*] $field: $kind)*] }
            ]
            $($rest)*
        }
    };
    (@records [$({
            [$([$($record_about:tt)*])*] $record_vis:vis $record:ident
            [$([$([$($note:tt)*])*] $field:ident: $kind:ident)*]
        })*]
        $(#[$($about:tt)*])* $vis:vis trait $name:ident in $module:literal {
            $($(#[$($what:tt)*])* fn $function:ident($($parameters:tt)*) $(-> $result:ident)?;)*
        }
    ) => {
        $(
            $(#[$($record_about)*])*
            #[repr(C)]
            #[derive(Debug, Clone, Copy, PartialEq)]
            #[cfg_attr(
                not(target_arch = "wasm32"),
                derive(
                    ::vellum::zerocopy::FromBytes,
                    ::vellum::zerocopy::IntoBytes,
                    ::vellum::zerocopy::Immutable,
                    ::vellum::zerocopy::KnownLayout,
                ),
                zerocopy(crate = "vellum::zerocopy")
            )]
            $record_vis struct $record {
                $($(#[$($note)*])* $record_vis $field: $kind,)*
            }
        )*

        /// The same definition in C.
        #[cfg(not(target_arch = "wasm32"))]
        $vis const C_HEADER: &str = $crate::c_header! {
            $module $name
            { $([$([$($record_about)*])*] $record { $([$([$($note)*])*] $field: $kind)* })* }
            { $([$([$($what)*])*] $function [$($parameters)*] [$($result)?])* }
        };

        $(
            #[cfg(target_arch = "wasm32")]
            $crate::interface! {
                @import
                {$module $vis $function [$($result)?] [$(#[$($what)*])*]} [] [] [] $($parameters)*
            }
        )*

        #[cfg(not(target_arch = "wasm32"))]
        $(#[$($about)*])*
        $vis trait $name {
            $($crate::interface! { @method [$(#[$($what)*])*] $function [$($parameters)*] [$($result)?] })*
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
            $($crate::define_function! {
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
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &[$ty:ident] $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &[$ty],] [$($i)* _: *const $ty, _: usize,]
            [$($a)* $name.as_ptr(), $name.len(),] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &mut [$ty:ident]
        $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &mut [$ty],] [$($i)* _: *mut $ty, _: usize,]
            [$($a)* $name.as_mut_ptr(), $name.len(),] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &mut $ty:ident $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &mut $ty,] [$($i)* _: *mut $ty,] [$($a)* $name,] $($($rest)*)?
        }
    };
    (@import $to:tt [$($p:tt)*] [$($i:tt)*] [$($a:tt)*] $name:ident: &$ty:ident $(, $($rest:tt)*)?) => {
        $crate::interface! {
            @import
            $to [$($p)* $name: &$ty,] [$($i)* _: *const $ty,] [$($a)* $name,] $($($rest)*)?
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
}
