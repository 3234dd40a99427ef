//! New guests, written to a folder outside the repository: each is built as its README says, is small, and
//! runs on the emulated chip at once. And what guests cost, as the page about them says. A program of its
//! own, because it needs clang, which `cargo rig setup --guests` installs, and fetches other compilers.
#![cfg(feature = "emulated")]

#[path = "../program/support.rs"]
mod support;

mod figures;
mod kit;
mod new;
mod other_languages;
mod project;
mod sources;
