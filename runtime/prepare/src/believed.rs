//! What the pass appended to a module, as the module itself tells.

use super::{data::Offset, scan::Scan, stored::Said};

/// Takes what the pass appended out of the scan.
pub(super) fn take_out(scan: &mut Scan, said: &Said) {
    let Said { names, start, memories, host, data, .. } = said;
    let sizes = &mut scan.sizes;
    let take = |count: &mut u32, appended: u32| *count = count.saturating_sub(appended);
    let active = data.iter().filter_map(|data| data.active.as_ref());
    let computed = active.filter(|active| matches!(active.offset, Offset::Global(_))).count();
    let computed = u32::try_from(computed).unwrap_or(u32::MAX);
    let tables = u32::try_from(host.exports(names, 0).count()).unwrap_or(u32::MAX);
    take(&mut sizes.types, host.types());
    take(&mut sizes.imports, *memories);
    take(&mut sizes.globals, computed);
    take(&mut sizes.tables, u32::from(!host.is_empty()));
    take(&mut sizes.exports, tables.saturating_add(computed).saturating_add(u32::from(*start)));
    sizes.table_elements = sizes.table_elements.saturating_sub(host.slots().into());
    scan.layout.names = *names;
    scan.layout.globals = scan.layout.globals.saturating_sub(computed);
}
