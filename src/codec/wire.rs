//! The protobuf wire format: tags, varints, length-delimited fields.
//!
//! Source: the protocol buffers encoding specification. Every read is checked; what an error says
//! is completed with its place by the caller who knows it.

use super::unpack::unpack;
use crate::error::{Error, ErrorKind, Result};

/// Longest encoding of 64 bits.
const MAX_VARINT_LEN: usize = 10;

/// The payload of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Payload<'b> {
    Varint(u64),
    Bytes(&'b [u8]),
    /// A fixed-width number; no field of a profile has one, so its value does not matter.
    Fixed,
}

/// Where a field stands, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FieldHead {
    number: u32,
    wire_type: u64,
    payload_start: usize,
    /// Length of the whole field, which may be more than there is of it.
    pub(super) len: usize,
}

pub(super) fn wire_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Wire, message)
}

/// Reads a varint at the start of `bytes`; returns it and its length, `None` if it is cut.
///
/// Bits past the 64th are dropped, as Go's decoder does.
#[inline]
pub(super) fn split_varint(bytes: &[u8]) -> Result<Option<(u64, usize)>> {
    match *bytes {
        [only, ..] if only < 0x80 => Ok(Some((only.into(), 1))),
        [low, high, ..] if high < 0x80 => Ok(Some((u64::from(low & 0x7f) | u64::from(high) << 7, 2))),
        _ => split_long_varint(bytes),
    }
}

fn split_long_varint(bytes: &[u8]) -> Result<Option<(u64, usize)>> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(MAX_VARINT_LEN).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Ok(Some((value, index + 1)));
        }
    }
    if bytes.len() < MAX_VARINT_LEN { Ok(None) } else { Err(wire_error("a varint longer than 10 bytes")) }
}

/// Reads a varint of up to eight bytes at once; `None` if it is longer or cut, or fewer than four bytes are there.
///
/// Addresses have seven; byte by byte they take three times as long.
#[inline]
fn varint_at_once(bytes: &[u8]) -> Option<(u64, usize)> {
    let word = match bytes.first_chunk() {
        Some(&word) => u64::from_le_bytes(word),
        None => {
            // Two words that overlap, with zeros behind.
            let (low, high) = (u32::from_le_bytes(*bytes.first_chunk()?), u32::from_le_bytes(*bytes.last_chunk()?));
            u64::from(low) | u64::from(high) << (8 * (bytes.len() - 4))
        }
    };
    varint_in_word(word).filter(|(_, len)| *len <= bytes.len())
}

/// Reads the varint that a word, with its first byte lowest, begins with, and its length; `None` if it goes on behind it.
#[inline]
pub(super) fn varint_in_word(word: u64) -> Option<(u64, usize)> {
    let last_bytes = !word & 0x8080_8080_8080_8080;
    if last_bytes == 0 {
        return None;
    }
    // The bits up to the end of the last byte.
    let bits = last_bytes.trailing_zeros() + 1;
    let sevens = word & (u64::MAX >> (64 - bits)) & 0x7f7f_7f7f_7f7f_7f7f;
    let fourteens = sevens & 0x007f_007f_007f_007f | (sevens & 0x7f00_7f00_7f00_7f00) >> 1;
    let halves = fourteens & 0x0000_3fff_0000_3fff | (fourteens & 0x3fff_0000_3fff_0000) >> 2;
    Some((halves & 0x0fff_ffff | (halves & 0x0fff_ffff_0000_0000) >> 4, bits as usize / 8))
}

fn field_number(tag: u64) -> Result<u32> {
    u32::try_from(tag >> 3).map_err(|_| wire_error(format!("field number {}", tag >> 3)))
}

fn field_len(len: u64) -> Result<usize> {
    usize::try_from(len).map_err(|_| wire_error(format!("a field of {len} bytes")))
}

impl FieldHead {
    /// Reads the head of the field at the start of `bytes`, `None` if it is cut.
    #[inline]
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some((tag, tag_len)) = split_varint(bytes)? else { return Ok(None) };
        let rest = &bytes[tag_len..];
        let wire_type = tag & 7;
        let (head_len, payload_len) = match wire_type {
            0 => match split_varint(rest)? {
                Some((_, len)) => (0, len),
                None => return Ok(None),
            },
            1 => (0, 8),
            2 => match split_varint(rest)? {
                Some((len, len_len)) => (len_len, field_len(len)?),
                None => return Ok(None),
            },
            5 => (0, 4),
            other => return Err(wire_error(format!("wire type {other}, which a profile cannot hold"))),
        };
        let payload_start = tag_len + head_len;
        Ok(Some(Self {
            number: field_number(tag)?,
            wire_type,
            payload_start,
            len: payload_start.saturating_add(payload_len),
        }))
    }

    /// Returns number and payload of the field, given all of it.
    #[inline]
    pub(super) fn payload(self, field: &[u8]) -> (u32, Payload<'_>) {
        let payload = &field[self.payload_start..self.len];
        let payload = match self.wire_type {
            0 => Payload::Varint(split_varint(payload).ok().flatten().map_or(0, |(value, _)| value)),
            2 => Payload::Bytes(payload),
            _ => Payload::Fixed,
        };
        (self.number, payload)
    }
}

/// Reads the fields of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'b> {
    rest: &'b [u8],
}

impl<'b> Fields<'b> {
    pub(super) fn new(message: &'b [u8]) -> Self {
        Self { rest: message }
    }

    #[inline]
    fn varint(&mut self) -> Result<u64> {
        let (value, len) = split_varint(self.rest)?.ok_or_else(|| wire_error("the message ends inside a varint"))?;
        self.rest = &self.rest[len..];
        Ok(value)
    }

    /// Passes over the next fields as long as they are messages or strings with this number and fewer than 128 bytes.
    #[inline]
    pub(super) fn skip_short(&mut self, number: u32) {
        let tag = u64::from(number) << 3 | 2;
        while let [first, len @ ..0x80, rest @ ..] = self.rest
            && u64::from(*first) == tag
            && let Some(behind) = rest.get(usize::from(*len)..)
        {
            self.rest = behind;
        }
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8]> {
        let available = self.rest.len();
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| wire_error(format!("a field of {len} bytes, of which {available} are there")))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Returns the number and the payload of the next field, `None` at the end of the message.
    // Else the result goes through memory, which takes longer than to find it.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Result<Option<(u32, Payload<'b>)>> {
        // Nearly all fields of tables are numbers, those of samples lists.
        if let [tag @ ..0x80, rest @ ..] = self.rest
            && let Some((value, len)) = varint_at_once(rest)
        {
            let (number, behind) = (u32::from(tag >> 3), &rest[len..]);
            if tag & 7 == 0 {
                self.rest = behind;
                return Ok(Some((number, Payload::Varint(value))));
            }
            if tag & 7 == 2
                && let Ok(len) = usize::try_from(value)
                && let Some((taken, behind)) = behind.split_at_checked(len)
            {
                self.rest = behind;
                return Ok(Some((number, Payload::Bytes(taken))));
            }
        }
        self.next_of_any_kind()
    }

    fn next_of_any_kind(&mut self) -> Result<Option<(u32, Payload<'b>)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = field_number(tag)?;
        let payload = match tag & 7 {
            0 => Payload::Varint(self.varint()?),
            2 => {
                let len = self.varint()?;
                Payload::Bytes(self.take(field_len(len)?)?)
            }
            1 => self.take(8).map(|_| Payload::Fixed)?,
            5 => self.take(4).map(|_| Payload::Fixed)?,
            other => return Err(wire_error(format!("wire type {other}, which a profile cannot hold"))),
        };
        Ok(Some((number, payload)))
    }
}

impl<'b> Payload<'b> {
    /// Returns an unsigned number.
    #[inline]
    pub(super) fn number(self, field: &str) -> Result<u64> {
        match self {
            Self::Varint(value) => Ok(value),
            _ => Err(wire_error(format!("{field} is not a number"))),
        }
    }

    /// Returns a signed number, which the format stores as the 64 bits of its two's complement.
    #[inline]
    pub(super) fn signed(self, field: &str) -> Result<i64> {
        Ok(self.number(field)?.cast_signed())
    }

    /// Returns a flag.
    pub(super) fn flag(self, field: &str) -> Result<bool> {
        Ok(self.number(field)? != 0)
    }

    /// Returns the bytes of a message or a string.
    #[inline]
    pub(super) fn bytes(self, field: &str) -> Result<&'b [u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(wire_error(format!("{field} is not a message or a string"))),
        }
    }

    /// Passes each number of a repeated field to `each`, packed or not.
    #[inline]
    pub(super) fn numbers(self, field: &str, mut each: impl FnMut(u64)) -> Result<()> {
        match self {
            Self::Varint(value) => {
                each(value);
                Ok(())
            }
            Self::Bytes(packed) => unpack(packed, each),
            Self::Fixed => Err(wire_error(format!("{field} is not a list of numbers"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_the_same_at_once_and_byte_by_byte() {
        let mut state = 1_u64;
        for round in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Numbers of all lengths, then any bytes, as they are in front of others or at the end.
            let mut bytes = Vec::new();
            let mut value = state >> (round % 64);
            while value >= 0x80 {
                bytes.push(value as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
            if round % 3 == 0 {
                bytes.extend(state.to_le_bytes());
            }
            for end in 0..=bytes.len() {
                let bytes = &bytes[..end];
                match varint_at_once(bytes) {
                    Some(read) => assert_eq!(split_varint(bytes).ok().flatten(), Some(read), "{bytes:x?}"),
                    None => {
                        let is_short = |&(_, len): &(u64, usize)| len <= 8 && bytes.len() >= 4;
                        assert!(split_varint(bytes).ok().flatten().filter(is_short).is_none(), "{bytes:x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_head_of_a_cut_field_is_unknown_until_its_length_is_there() {
        let len = |bytes: &[u8]| FieldHead::read(bytes).expect("valid so far").map(|head| head.len);
        assert_eq!(len(&[0x12]), None);
        assert_eq!(len(&[0x12, 0x80]), None);
        assert_eq!(len(&[0x12, 5]), Some(7));
        assert_eq!(len(&[0x48, 0x80, 1]), Some(3));
        assert!(FieldHead::read(&[0x13]).is_err());
    }
}
