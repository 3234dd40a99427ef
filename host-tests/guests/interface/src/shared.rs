//! A page that guests share, beside the memory that each has of its own.

vellum_guest::interface! {
    /// What a sensor has measured.
    pub struct Reading {
        at: u32,
        celsius: f32,
    }

    /// A page of records that guests share.
    pub trait Shared in "shared" {
        /// Copies a record into the page.
        fn put(index: u32, reading: &Reading);
        /// Copies a record out of the page.
        fn get(index: u32, reading: &mut Reading);
    }
}
