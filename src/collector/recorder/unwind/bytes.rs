//! Reading numbers off bytes that may be anything.

/// A place in a section; every read returns `None` past its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'d> {
    bytes: &'d [u8],
    position: usize,
}

impl<'d> Cursor<'d> {
    pub(crate) fn new(bytes: &'d [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.position >= self.bytes.len()
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'d [u8]> {
        let end = self.position.checked_add(count)?;
        let taken = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// Reads a number of seven bits a byte; bits past 64 are dropped.
    pub(crate) fn uleb(&mut self) -> Option<u64> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = self.u8()?;
            if shift < 64 {
                value |= u64::from(byte & 0x7f) << shift;
            }
            shift = shift.saturating_add(7);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    }

    /// Reads a number of seven bits a byte with a sign.
    pub(crate) fn sleb(&mut self) -> Option<i64> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = self.u8()?;
            if shift < 64 {
                value |= u64::from(byte & 0x7f) << shift;
            }
            shift = shift.saturating_add(7);
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 && shift < 64 {
                    value |= u64::MAX << shift;
                }
                return Some(value.cast_signed());
            }
        }
    }

    /// Reads a text that a zero byte ends.
    pub(crate) fn text(&mut self) -> Option<&'d [u8]> {
        let rest = self.bytes.get(self.position..)?;
        let length = rest.iter().position(|&byte| byte == 0)?;
        let text = self.take(length)?;
        self.u8()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_seven_bits_a_byte_are_read() {
        for (bytes, unsigned, signed) in [
            (&[0x02_u8][..], 2, 2),
            (&[0x7f], 127, -1),
            (&[0x80, 0x01], 128, 128),
            (&[0x80, 0x7f], 16256, -128),
            (&[0xe5, 0x8e, 0x26], 624_485, 624_485),
        ] {
            assert_eq!(Cursor::new(bytes, 0).uleb(), Some(unsigned));
            assert_eq!(Cursor::new(bytes, 0).sleb(), Some(signed));
        }
        assert_eq!(Cursor::new(&[0x80], 0).uleb(), None);
    }
}
