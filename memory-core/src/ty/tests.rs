use super::*;
use TypeError::{MinimumExceedsMaximum, PageSize, SharedWithoutMaximum, TooLarge};

const PAGES_32: u64 = 1 << 16;
const PAGES_64: u64 = 1 << 48;

fn bytes(minimum: u64, maximum: Option<u64>) -> MemoryTypeBuilder {
    MemoryType::builder().min(minimum).max(maximum).page_size_log2(0)
}

#[test]
fn constructors_say_what_they_make() {
    let ty = MemoryType::new(1, Some(2));
    assert_eq!((ty.minimum(), ty.maximum()), (1, Some(2)));
    assert_eq!((ty.page_size(), ty.page_size_log2()), (65_536, 16));
    assert!(!ty.is_64() && !ty.is_shared());
    assert!(MemoryType::new64(0, None).is_64());
    assert!(MemoryType::shared(1, 1).is_shared());
    assert_eq!(
        MemoryType::builder().min(1).max(Some(2)).shared(true).build(),
        Ok(MemoryType::shared(1, 2))
    );
    assert_eq!(MemoryType::builder().min(1).memory64(true).build(), Ok(MemoryType::new64(1, None)));
}

#[test]
fn valid_types() {
    for ty in [
        MemoryType::new(0, None),
        MemoryType::new(0, Some(0)),
        MemoryType::new(65_536, Some(65_536)),
        MemoryType::new64(PAGES_64, Some(PAGES_64)),
        MemoryType::shared(0, 65_536),
        bytes(u32::MAX.into(), None).ty,
        bytes(u64::MAX, Some(u64::MAX)).memory64(true).ty,
    ] {
        assert_eq!(ty.validate(), Ok(()), "{ty:?}");
    }
}

#[test]
fn invalid_types() {
    let builder = MemoryType::builder();
    for (ty, error) in [
        (MemoryType::new(2, Some(1)), MinimumExceedsMaximum { minimum: 2, maximum: 1 }),
        (MemoryType::new(65_537, None), TooLarge { pages: 65_537, limit: PAGES_32 }),
        (MemoryType::new(0, Some(65_537)), TooLarge { pages: 65_537, limit: PAGES_32 }),
        (MemoryType::new(65_537, Some(1)), TooLarge { pages: 65_537, limit: PAGES_32 }),
        (MemoryType::new64(PAGES_64 + 1, None), TooLarge { pages: PAGES_64 + 1, limit: PAGES_64 }),
        (bytes(1 << 32, None).ty, TooLarge { pages: 1 << 32, limit: u32::MAX.into() }),
        (builder.page_size_log2(1).ty, PageSize { log2: 1 }),
        (builder.page_size_log2(17).ty, PageSize { log2: 17 }),
        (builder.page_size_log2(255).min(9).max(Some(1)).ty, PageSize { log2: 255 }),
        (builder.shared(true).ty, SharedWithoutMaximum),
    ] {
        assert_eq!(ty.validate(), Err(error), "{ty:?}");
        assert_eq!(ty.minimum_byte_size(), Err(error), "{ty:?}");
        assert_eq!(MemoryTypeBuilder { ty }.build(), Err(error), "{ty:?}");
    }
}

#[test]
fn minimum_byte_size_never_wraps() {
    assert_eq!(MemoryType::new(65_536, None).minimum_byte_size(), Ok(1 << 32));
    assert_eq!(bytes(12_345, None).ty.minimum_byte_size(), Ok(12_345));
    assert_eq!(
        MemoryType::new64(PAGES_64 - 1, None).minimum_byte_size(),
        Ok((PAGES_64 - 1) * 65_536)
    );
    assert_eq!(
        MemoryType::new64(PAGES_64, None).minimum_byte_size(),
        Err(TooLarge { pages: PAGES_64, limit: PAGES_64 - 1 })
    );
}

#[test]
fn the_page_size_of_any_type_can_be_asked() {
    let page_size = |log2| MemoryType::builder().page_size_log2(log2).ty.page_size();
    assert_eq!([0, 3, 16, 63, 64, 255].map(page_size), [1, 8, 65_536, 1 << 63, 0, 0]);
}

#[test]
fn import_matching() {
    let required = MemoryType::new(2, Some(4));
    for (offered, matches) in [
        (MemoryType::new(2, Some(4)), true),
        (MemoryType::new(3, Some(3)), true),
        (MemoryType::new(1, Some(4)), false),
        (MemoryType::new(2, Some(5)), false),
        (MemoryType::new(2, None), false),
        (MemoryType::shared(2, 4), false),
        (MemoryType::new64(2, Some(4)), false),
        (bytes(2, Some(4)).ty, false),
    ] {
        assert_eq!(offered.is_subtype_of(&required), matches, "{offered:?}");
    }
    assert!(MemoryType::new(2, None).is_subtype_of(&MemoryType::new(2, None)));
    assert!(MemoryType::new(2, Some(9)).is_subtype_of(&MemoryType::new(2, None)));
    assert!(MemoryType::shared(2, 4).is_subtype_of(&MemoryType::shared(1, 4)));
    assert!(!MemoryType::new(2, Some(4)).is_subtype_of(&MemoryType::shared(2, 4)));
}
