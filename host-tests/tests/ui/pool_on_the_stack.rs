//! The pages outlive every engine.

use vellum::{Config, PAGE_SIZE, PagePool};

fn main() {
    let pages: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    Config::new().page_pool(&pages);
}
