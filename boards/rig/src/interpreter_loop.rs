//! Whether the interpreter's loop in an image was compiled for speed, as `boards/starter/.cargo/rustc` has it.

use anyhow::{Context, Result, ensure};
use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSection, ObjectSymbol};
use std::collections::BTreeSet;

/// How the symbol of wasmi's loop ends.
const LOOP: &str = "_5wasmi6engine8executor7handler8dispatch7backend18execute_until_done";
/// How symbols begin of what the compiler has moved out of several functions.
const OUTLINED: &str = "OUTLINED_FUNCTION_";

/// Refuses an image, the bytes of its ELF file, whose loop is not known or has parts elsewhere.
pub(crate) fn check(elf: &[u8]) -> Result<()> {
    let file = ElfFile32::<Endianness>::parse(elf).context("cannot understand the firmware")?;
    let named = |name: &str, of: fn(&str, &str) -> bool| {
        let name = name.to_owned();
        file.symbols().filter(move |symbol| symbol.name().is_ok_and(|it| of(it, &name)))
    };
    let found = named(LOOP, |symbol, name| symbol.ends_with(name)).next();
    let found = found.with_context(|| format!("the interpreter has no loop: {LOOP}"))?;
    let section = found.section_index().context("the interpreter's loop lies nowhere")?;
    let section = file.section_by_index(section).context("cannot read the firmware's code")?;
    // The lowest bit of a Thumb function's address is no part of where it lies.
    let start = found.address() & !1;
    let code =
        section.data_range(start, found.size()).context("cannot read the firmware's code")?;
    let code = code.context("the interpreter's loop has no code")?;
    let outlined: BTreeSet<u64> = named(OUTLINED, |symbol, name| symbol.starts_with(name))
        .map(|it| it.address() & !1)
        .collect();
    let elsewhere = targets(code, start).filter(|target| outlined.contains(target)).count();
    ensure!(
        elsewhere == 0,
        "the interpreter's loop is not compiled for speed: it calls {elsewhere} outlined functions: \
         rustc-wrapper in .cargo/config.toml is overridden, or does not fit the compiler"
    );
    Ok(())
}

/// Where the instructions `BL` and `B.W` in Thumb code at `start` go to, and some data that looks like them.
fn targets(code: &[u8], start: u64) -> impl Iterator<Item = u64> {
    let halves = code.windows(4).step_by(2).zip((start..).step_by(2));
    halves.filter_map(|(bytes, address)| {
        let [a, b, c, d] = bytes.try_into().ok()?;
        let offset = offset(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))?;
        (address + 4).checked_add_signed(offset)
    })
}

/// How far from its end a branch of 24 bits goes.
fn offset(first: u16, second: u16) -> Option<i64> {
    if first >> 11 != 0b11110 || second & 0x9000 != 0x9000 {
        return None;
    }
    let bit = |half: u16, place: u32| i64::from(half >> place & 1);
    let sign = bit(first, 10);
    let high = (bit(second, 13) ^ sign ^ 1) << 23 | (bit(second, 11) ^ sign ^ 1) << 22;
    let low = i64::from(first & 0x3ff) << 12 | i64::from(second & 0x7ff) << 1;
    Some((high | low) - (sign << 24))
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn branches_are_followed() {
        for (address, halves, target) in [
            (0x5c448_u64, [0xf026_u16, 0xfb10], 0x82a6c_u64),
            (0x5c438, [0xf7ff, 0xbb80], 0x5bb3c),
            (0x1000, [0xf000, 0xf800], 0x1004),
            (0x1000, [0xf7ff, 0xfffe], 0x1000),
        ] {
            let code = halves.map(u16::to_le_bytes).concat();
            assert_eq!(targets(&code, address).collect::<Vec<_>>(), [target], "{halves:x?}");
        }
        let others = [0x4770_u16, 0xbf00, 0xf8d0, 0x1000].map(u16::to_le_bytes).concat();
        assert_eq!(targets(&others, 0).count(), 0);
    }
}
