//! Packed lists of varints.

use super::wire::{split_varint, wire_error};
use crate::error::{Error, Result};

/// Passes each varint of `packed` to `each`.
#[inline]
pub(super) fn unpack(packed: &[u8], mut each: impl FnMut(u64)) -> Result<()> {
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
    use crate::error::ErrorKind;

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
}
