//! One wording for both kinds of output: `core::fmt` on the host, `defmt` on the chip.

/// Implements [`core::fmt::Display`], and `defmt::Format` with that feature, from one set of texts.
///
/// The texts are `defmt` format strings with positional `{}` arguments.
macro_rules! texts {
    ($type:ty { $($pattern:pat $(if $guard:expr)? => $text:literal $(, $value:expr)*;)+ }) => {
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match *self { $($pattern $(if $guard)? => write!(f, $text $(, $value)*),)+ }
            }
        }

        #[cfg(feature = "defmt")]
        impl defmt::Format for $type {
            fn format(&self, f: defmt::Formatter<'_>) {
                match *self { $($pattern $(if $guard)? => defmt::write!(f, $text $(, $value)*),)+ }
            }
        }
    };
}
