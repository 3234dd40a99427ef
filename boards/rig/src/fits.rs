//! What can't fit a board whatever its firmware, told before that is built.

use crate::board::Board;
use crate::figures::thousands;

/// Why no firmware of the board has room for a module: it is larger than all flash and all RAM.
pub(crate) fn misfit(binary: &[u8], board: &Board) -> Option<String> {
    let (name, flash, ram) = (&board.name, board.facts.flash, board.facts.ram);
    let length = binary.len() as u64;
    (length > flash.max(ram)).then(|| {
        let [length, flash, ram] = [length, flash, ram].map(thousands);
        format!("module too large: {length} bytes, {name} has {flash} of flash and {ram} of RAM")
    })
}

#[cfg(test)]
mod tests {
    use super::misfit;
    use crate::board::Board;

    #[test]
    fn a_module_larger_than_the_chip_does_not_fit() {
        let facts = r#"{"summary": "s", "core": "c", "target": "t", "flash": 2000, "ram": 65536}"#;
        let board = Board { name: "b".into(), facts: serde_json::from_str(facts).unwrap() };
        let expected = "module too large: 65,537 bytes, b has 2,000 of flash and 65,536 of RAM";
        assert_eq!(misfit(&[0; 65_537], &board).as_deref(), Some(expected));
        assert_eq!(misfit(&[0; 65_536], &board), None);
    }
}
