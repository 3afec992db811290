//! Short messages of numbers, which nearly all of the tables are, without a branch on what each field is.

use super::wire::varint_in_word;

/// So long a message may be.
const MAX_LEN: usize = 56;
/// A word is read from anywhere in a message, also from its last byte on.
const PADDED_LEN: usize = MAX_LEN + size_of::<u64>();
/// Fields below this number have slots.
const SLOTS: usize = 8;
/// The wire type of messages and strings.
const LENGTH_DELIMITED: u8 = 2;

/// A message, copied to where words can be read past its end.
pub(super) struct ShortMessage {
    bytes: [u8; PADDED_LEN],
    /// Where it ends.
    end: usize,
    /// Where the next field begins.
    at: usize,
}

/// The numbers of a message by field; 0 for those that are not there.
pub(super) type Numbers = [u64; SLOTS];

impl ShortMessage {
    /// Copies a message; `None` if it is too long.
    #[inline]
    pub(super) fn new(message: &[u8]) -> Option<Self> {
        let mut bytes = [0; PADDED_LEN];
        (message.len() <= MAX_LEN).then(|| bytes[..message.len()].copy_from_slice(message))?;
        Some(Self { bytes, end: message.len(), at: 0 })
    }

    /// Reads numbers of those fields that `fields` has a bit for, up to `end` or any other field.
    ///
    /// Of a field that comes several times the last number counts.
    #[inline]
    fn read(&mut self, end: usize, fields: u32, numbers: &mut Numbers) {
        while self.at < end {
            let tag = self.bytes[self.at];
            let field = usize::from(tag >> 3) % SLOTS;
            let is_wanted = tag & 7 == 0 && usize::from(tag) < SLOTS << 3 && fields >> field & 1 == 1;
            let word = self.bytes[self.at + 1..].first_chunk().map_or(0x80, |word| u64::from_le_bytes(*word));
            let Some((value, len)) = varint_in_word(word).filter(|_| is_wanted) else { return };
            if self.at + 1 + len > end {
                return;
            }
            numbers[field] = value;
            self.at += 1 + len;
        }
    }

    /// Reads numbers up to the end or any other field; returns whether it is the end.
    #[inline]
    pub(super) fn numbers(&mut self, fields: u32, numbers: &mut Numbers) -> bool {
        self.read(self.end, fields, numbers);
        self.at == self.end
    }

    /// Reads a message of nothing but such numbers, which has to be the next field; `None` if it is anything else.
    #[inline]
    pub(super) fn message(&mut self, field: u32, fields: u32) -> Option<Numbers> {
        let [tag, len] = *self.bytes.get(self.at..)?.first_chunk()?;
        let start = self.at + 2;
        let end = start + usize::from(len);
        if u32::from(tag) != field << 3 | u32::from(LENGTH_DELIMITED) || len >= 0x80 || end > self.end {
            return None;
        }
        let mut numbers = Numbers::default();
        self.at = start;
        self.read(end, fields, &mut numbers);
        (self.at == end).then_some(numbers)
    }
}
