//! The protobuf wire format: tags, varints, length-delimited fields.
//!
//! Source: the protocol buffers encoding specification. Every read is checked; what an error says
//! is completed with its place by the caller who knows it.

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

fn wire_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Wire, message)
}

/// Reads a varint at the start of `bytes`; returns it and its length, `None` if it is cut.
///
/// Bits past the 64th are dropped, as Go's decoder does.
#[inline]
fn split_varint(bytes: &[u8]) -> Result<Option<(u64, usize)>> {
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
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u32, Payload<'b>)>> {
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

/// Passes each varint of `packed` to `each`.
#[inline]
fn unpack(packed: &[u8], mut each: impl FnMut(u64)) -> Result<()> {
    let mut rest = packed;
    while let Some(word) = rest.first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let ends = !word & HIGH_BITS;
        let (value, len) = if ends == 0 {
            split_varint(rest)?.ok_or_else(cut_list)?
        } else {
            (join_groups(word & through_lowest(ends)), (lowest(ends) / 8 + 1) as usize)
        };
        each(value);
        rest = &rest[len..];
    }
    while !rest.is_empty() {
        let (value, len) = split_varint(rest)?.ok_or_else(cut_list)?;
        each(value);
        rest = &rest[len..];
    }
    Ok(())
}

#[cold]
fn cut_list() -> Error {
    wire_error("a packed list ends inside a varint")
}

/// How many numbers [`Unpacker`] hands over at most at once.
const BLOCK: usize = 64;
/// How many numbers are taken out of eight bytes at most.
const PER_WORD: usize = 4;
/// The high bit of each byte; a clear one marks the last byte of a varint.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Takes long packed lists apart; keeps its buffer between lists.
#[derive(Debug)]
pub(super) struct Unpacker {
    block: Box<[u64; BLOCK + PER_WORD]>,
}

impl Default for Unpacker {
    fn default() -> Self {
        Self { block: Box::new([0; BLOCK + PER_WORD]) }
    }
}

impl Unpacker {
    /// Passes the varints of `packed` to `each_block`, in order, at most 67 at a time.
    ///
    /// Eight bytes are taken at once, and up to four numbers out of them, all four always computed
    /// and as many kept as are there. So no branch depends on the lengths of numbers, which in
    /// lists of location ids change all the time, and no load waits for the number before.
    #[inline]
    pub(super) fn unpack(&mut self, packed: &[u8], mut each_block: impl FnMut(&[u64])) -> Result<()> {
        let mut rest = packed;
        let mut len = 0;
        while let Some(word) = rest.first_chunk::<8>() {
            let word = u64::from_le_bytes(*word);
            let ends = !word & HIGH_BITS;
            if ends == 0 {
                let (value, value_len) = split_varint(rest)?.ok_or_else(cut_list)?;
                self.block[len] = value;
                len += 1;
                rest = &rest[value_len..];
            } else {
                let (values, count, byte_len) = split_word(word, ends);
                self.block[len..len + PER_WORD].copy_from_slice(&values);
                len += count;
                rest = &rest[byte_len..];
            }
            if len >= BLOCK {
                each_block(&self.block[..len]);
                len = 0;
            }
        }
        while !rest.is_empty() {
            let (value, value_len) = split_varint(rest)?.ok_or_else(cut_list)?;
            self.block[len] = value;
            len += 1;
            rest = &rest[value_len..];
            if len >= BLOCK {
                each_block(&self.block[..len]);
                len = 0;
            }
        }
        each_block(&self.block[..len]);
        Ok(())
    }
}

/// Takes up to four varints out of a word; returns them, how many there are and how many bytes they take.
///
/// `ends` has the high bit of each varint's last byte set, and is not 0.
#[inline]
fn split_word(word: u64, ends: u64) -> ([u64; PER_WORD], usize, usize) {
    let (ends2, ends3) = (without_lowest(ends), without_lowest(without_lowest(ends)));
    let ends4 = without_lowest(ends3);
    let (until1, until2, until3, until4) =
        (through_lowest(ends), through_lowest(ends2), through_lowest(ends3), through_lowest(ends4));
    // A varint starts where the one before ends; past the last one the shift does not matter.
    let values = [
        join_groups(word & until1),
        join_groups((word & until2 & !until1) >> ((lowest(ends) + 1) & 63)),
        join_groups((word & until3 & !until2) >> ((lowest(ends2) + 1) & 63)),
        join_groups((word & until4 & !until3) >> ((lowest(ends3) + 1) & 63)),
    ];
    let count = 1 + usize::from(ends2 != 0) + usize::from(ends3 != 0) + usize::from(ends4 != 0);
    let last = match count {
        1 => ends,
        2 => ends2,
        3 => ends3,
        _ => ends4,
    };
    (values, count, (lowest(last) / 8 + 1) as usize)
}

/// Returns the index of the lowest bit that is set; 63 if there is none.
#[inline]
fn lowest(bits: u64) -> u32 {
    // With a bit that is set for sure, this is one fast instruction on every x86-64.
    (bits | 1 << 63).trailing_zeros()
}

/// Clears the lowest bit that is set.
#[inline]
fn without_lowest(bits: u64) -> u64 {
    bits & bits.wrapping_sub(1)
}

/// Sets all bits up to and including the lowest one that is set.
#[inline]
fn through_lowest(bits: u64) -> u64 {
    bits ^ bits.wrapping_sub(1)
}

/// Pushes eight groups of seven bits together; the high bit of each byte is ignored.
#[inline]
fn join_groups(bytes: u64) -> u64 {
    let pairs = (bytes & 0x007f_007f_007f_007f) | ((bytes & 0x7f00_7f00_7f00_7f00) >> 1);
    let quads = (pairs & 0x0000_3fff_0000_3fff) | ((pairs & 0x3fff_0000_3fff_0000) >> 2);
    (quads & 0x0fff_ffff) | ((quads & 0x0fff_ffff_0000_0000) >> 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    #[test]
    fn packed_numbers_of_every_length_come_back() {
        let numbers: Vec<u64> = (0..64).flat_map(|bit| [1 << bit, (1 << bit) - 1, u64::MAX >> bit]).collect();
        let packed: Vec<u8> = numbers.iter().flat_map(|&number| encoded(number)).collect();
        let mut unpacked = Vec::new();
        unpack(&packed, |number| unpacked.push(number)).expect("valid");
        assert_eq!(unpacked, numbers);
        unpacked.clear();
        Unpacker::default().unpack(&packed, |block| unpacked.extend_from_slice(block)).expect("valid");
        assert_eq!(unpacked, numbers);
    }

    #[test]
    fn packed_numbers_of_mixed_lengths_come_back() {
        for seed in 0..200_u64 {
            let number =
                |index: u64| (seed * 31 + index).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (24 + (index + seed) % 40);
            let numbers: Vec<u64> = (1..200).map(|index| number(index) & 0xffff_ffff).collect();
            let packed: Vec<u8> = numbers.iter().flat_map(|&number| encoded(number)).collect();
            let mut unpacked = Vec::new();
            Unpacker::default().unpack(&packed, |block| unpacked.extend_from_slice(block)).expect("valid");
            assert_eq!(unpacked, numbers);
        }
    }

    #[test]
    fn a_list_that_ends_inside_a_number_is_an_error() {
        for cut in [&[0x80][..], &[1, 2, 3, 4, 5, 6, 7, 8, 0xff], &[0xff; 8], &[0x80; 11]] {
            assert_eq!(unpack(cut, |_| ()).expect_err("cut").kind(), ErrorKind::Wire);
            assert_eq!(Unpacker::default().unpack(cut, |_| ()).expect_err("cut").kind(), ErrorKind::Wire);
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
