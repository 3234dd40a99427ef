//! Seven tours of the memory API.
//!
//! Each is a function from a console and a pool to what it observed, or the error that stopped it.

pub mod basic;
pub mod direct;
pub mod dump;
pub mod growth;
pub mod own_memory;
pub mod several;
pub mod shared;

use alloc::string::String;
use core::fmt;

use vellum::{Config, Engine, Error, PagePool};

use crate::Console;

/// An example, for a reader who only wants to see it.
pub struct Example<C> {
    /// The name that selects it.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// Bytes of the pool that it needs at once.
    pub needs: usize,
    show: fn(&C, &'static PagePool) -> Result<(), Error>,
}

impl<C> fmt::Debug for Example<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The examples in order.
pub fn all<C: Console>() -> [Example<C>; 7] {
    [
        Example {
            name: "basic",
            title: "basic operations",
            needs: basic::NEEDS,
            show: |console, pages| basic::run(console, pages).map(drop),
        },
        Example {
            name: "own-memory",
            title: "a module with a memory of its own",
            needs: own_memory::NEEDS,
            show: |console, pages| own_memory::run(console, pages).map(drop),
        },
        Example {
            name: "growth",
            title: "growth and bounds",
            needs: growth::NEEDS,
            show: |console, pages| growth::run(console, pages).map(drop),
        },
        Example {
            name: "direct",
            title: "direct access and structures",
            needs: direct::NEEDS,
            show: |console, pages| direct::run(console, pages).map(drop),
        },
        Example {
            name: "dump",
            title: "hex dump",
            needs: dump::NEEDS,
            show: |console, pages| dump::run(console, pages).map(drop),
        },
        Example {
            name: "several",
            title: "several guests at once",
            needs: several::NEEDS,
            show: |console, pages| several::run(console, pages).map(drop),
        },
        Example {
            name: "shared",
            title: "one memory for several threads",
            needs: shared::NEEDS,
            show: |console, pages| match cfg!(feature = "threads") {
                true => shared::run(console, pages).map(drop),
                false => {
                    console.line(format_args!("left out: this image has no threads"));
                    Ok(())
                }
            },
        },
    ]
}

impl<C: Console> Example<C> {
    /// Runs the example; where the pool is too small, says so instead.
    ///
    /// # Errors
    ///
    /// Any error of the runtime: an example that works never fails.
    pub fn run(&self, console: &C, pages: &'static PagePool) -> Result<(), Error> {
        let Example { name, title, needs, show } = self;
        console.line(format_args!("-- {name}: {title}"));
        let free = pages.largest_free();
        if *needs > free {
            console.line(format_args!(
                "left out: needs {} KiB of pages, this board has {} KiB",
                needs / 1024,
                free / 1024
            ));
            return Ok(());
        }
        show(console, pages)
    }
}

/// An engine whose memories lie in `pages`.
fn engine(pages: &'static PagePool) -> Result<Engine, Error> {
    Engine::new(Config::new().page_pool(pages))
}

/// Bytes of a guest as text, whatever they are.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
