//! Writing integers in LEB128.

/// An integer in its shortest encoding.
pub(super) struct Leb {
    bytes: [u8; 10],
    length: usize,
}

impl Leb {
    pub(super) fn new(value: u64) -> Self {
        let mut bytes = [0; 10];
        let mut rest = value;
        let mut length = 0;
        for byte in &mut bytes {
            length += 1;
            *byte = (rest & 0x7f) as u8;
            rest >>= 7;
            if rest == 0 {
                break;
            }
            *byte |= 0x80;
        }
        Self { bytes, length }
    }

    /// A signed integer; the encoding is the same for 32 bits and for 64.
    pub(super) fn signed(value: i64) -> Self {
        const SIGN: u8 = 0x40;
        let mut bytes = [0; 10];
        let mut rest = value;
        let mut length = 0;
        for byte in &mut bytes {
            length += 1;
            *byte = (rest & 0x7f) as u8;
            rest >>= 7;
            let sign = if *byte & SIGN != 0 { -1 } else { 0 };
            if rest == sign {
                break;
            }
            *byte |= 0x80;
        }
        Self { bytes, length }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Leb;

    #[test]
    fn encodes_every_length() {
        assert_eq!(Leb::new(0).as_bytes(), [0]);
        assert_eq!(Leb::new(127).as_bytes(), [0x7f]);
        assert_eq!(Leb::new(128).as_bytes(), [0x80, 1]);
        assert_eq!(Leb::new(624_485).as_bytes(), [0xe5, 0x8e, 0x26]);
        assert_eq!(
            Leb::new(u64::MAX).as_bytes(),
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]
        );
    }

    #[test]
    fn is_read_back() {
        for shift in 0..64 {
            for value in [1u64 << shift, (1 << shift) - 1] {
                let leb = Leb::new(value);
                let mut reader = wasmparser::BinaryReader::new(leb.as_bytes(), 0);
                assert_eq!(reader.read_var_u64().expect("an encoded integer"), value);
                assert!(reader.eof());
            }
        }
    }

    #[test]
    fn signed_integers_are_read_back() {
        for shift in 0..64 {
            let power = 1i64 << shift;
            for value in [power, power.wrapping_neg(), power.wrapping_sub(1), !power] {
                let leb = Leb::signed(value);
                let mut reader = wasmparser::BinaryReader::new(leb.as_bytes(), 0);
                assert_eq!(reader.read_var_i64().expect("an encoded integer"), value);
                assert!(reader.eof());
            }
        }
        assert_eq!(Leb::signed(-1).as_bytes(), [0x7f]);
        assert_eq!(Leb::signed(64).as_bytes(), [0xc0, 0]);
    }
}
