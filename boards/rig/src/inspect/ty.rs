//! Types in the words of the text format.

use crate::figures::thousands;
use wasmparser::{FuncType, GlobalType, MemoryType, TableType, ValType};

/// `(i32, i64) -> (f32)`
pub(crate) fn func(ty: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (params, results) = (list(ty.params()), list(ty.results()));
    format!("func ({}) -> ({})", params.join(", "), results.join(", "))
}

pub(crate) fn global(ty: GlobalType) -> String {
    format!("global {}{}", if ty.mutable { "mut " } else { "" }, ty.content_type)
}

pub(crate) fn table(ty: TableType) -> String {
    format!("table {} {}", limits(ty.initial, ty.maximum), ty.element_type)
}

/// `memory 17.., pages of 64 KiB: 1,114,112 bytes, no maximum`
pub(crate) fn memory(ty: MemoryType) -> String {
    let page = 1_u64.checked_shl(ty.page_size_log2.unwrap_or(16)).unwrap_or(u64::MAX);
    let bytes = |pages: u64| thousands(pages.saturating_mul(page));
    let pages = if page == 1 { "pages of 1 byte" } else { "pages of 64 KiB" };
    let most = match ty.maximum {
        Some(maximum) => format!("{} at most", bytes(maximum)),
        None => "no maximum".to_owned(),
    };
    let index = if ty.memory64 { "i64 " } else { "" };
    let shared = if ty.shared { ", shared" } else { "" };
    let limits = limits(ty.initial, ty.maximum);
    format!("memory {index}{limits}, {pages}: {} bytes, {most}{shared}", bytes(ty.initial))
}

/// `3`, `3..5` or, without a maximum, `3..`
fn limits(minimum: u64, maximum: Option<u64>) -> String {
    match maximum {
        Some(maximum) if maximum == minimum => thousands(minimum),
        Some(maximum) => format!("{}..{}", thousands(minimum), thousands(maximum)),
        None => format!("{}..", thousands(minimum)),
    }
}
