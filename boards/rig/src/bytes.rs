//! Bytes of a guest's memory, by their addresses.

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Bytes {
    /// Reads `START..END`, each decimal or, after `0x`, hexadecimal.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let address = |text: &str| match text.strip_prefix("0x") {
            Some(digits) => usize::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        };
        let (start, end) = text.split_once("..").ok_or("not START..END")?;
        let (start, end) = address(start).zip(address(end)).ok_or("not two addresses")?;
        if start > end {
            Err("it ends before it starts".to_owned())
        } else {
            Ok(Self { start, end })
        }
    }
}
