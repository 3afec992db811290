//! gperftools' CPU profiles: words of the machine that was profiled, and then the list of mappings.

use std::collections::HashMap;

use super::draft::{Draft, RawSample};
use super::lines::Lines;
use super::{malformed, maps, of_java};
use crate::error::Result;

/// How the words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    word_bytes: usize,
    is_big_endian: bool,
}

const LAYOUTS: [Layout; 4] = [
    Layout { word_bytes: 4, is_big_endian: false },
    Layout { word_bytes: 4, is_big_endian: true },
    Layout { word_bytes: 8, is_big_endian: false },
    Layout { word_bytes: 8, is_big_endian: true },
];

/// Words, one after another.
struct Words<'b> {
    layout: Layout,
    rest: &'b [u8],
}

impl Iterator for Words<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let (word, rest) = self.rest.split_at_checked(self.layout.word_bytes)?;
        self.rest = rest;
        let join = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        Some(if self.layout.is_big_endian { word.iter().fold(0, join) } else { word.iter().rev().fold(0, join) })
    }
}

/// What the first five words say.
struct Header {
    is_of_java: bool,
    period_micros: u64,
}

/// Reads the header; the words behind it are left.
fn header(bytes: &[u8]) -> Option<(Header, Words<'_>)> {
    LAYOUTS.into_iter().find_map(|layout| {
        let mut words = Words { layout, rest: bytes };
        let mut next = || words.next();
        let found = [next()?, next()?, next()?, next()?, next()?];
        match found {
            [0, 3, kind @ (0 | 1), period_micros, 0] if period_micros > 0 => {
                Some((Header { is_of_java: kind == 1, period_micros }, words))
            }
            _ => None,
        }
    })
}

/// Returns whether a file begins so.
pub(super) fn is_start(head: &[u8]) -> bool {
    header(head).is_some()
}

pub(super) fn read(bytes: &[u8]) -> Result<Draft> {
    let (header, mut words) = header(bytes).ok_or_else(|| malformed("expected the words of a CPU profile"))?;
    if header.is_of_java {
        return Err(of_java());
    }
    let mut draft = Draft::new(&[("samples", "count"), ("cpu", "nanoseconds")], ("cpu", "nanoseconds"));
    draft.period = header.period_micros.cast_signed().wrapping_mul(1000);
    samples(&mut words, &mut draft).map_err(|error| error.at(format!("byte {}", bytes.len() - words.rest.len())))?;
    drop_handler_frames(&mut draft.samples);
    let text = String::from_utf8_lossy(words.rest);
    draft.mappings = maps::read(&mut Lines::new(&text))?;
    draft.drop_doubled_leaves();
    Ok(draft)
}

/// Reads samples up to the mark of their end: count, depth, addresses from the leaf.
fn samples(words: &mut Words<'_>, draft: &mut Draft) -> Result<()> {
    while !words.rest.is_empty() {
        let cut = || malformed("the samples end too early");
        let (count, depth) = (words.next().ok_or_else(cut)?, words.next().ok_or_else(cut)?);
        if depth > (words.rest.len() / words.layout.word_bytes) as u64 {
            return Err(cut());
        }
        let mut stack: Vec<u64> = words.take(depth as usize).collect(); // As many are there.
        if count == 0 && *stack == [0] {
            return Ok(());
        }
        // The leaf is where the program was; the others are where calls return to.
        stack.iter_mut().skip(1).for_each(|address| *address = address.wrapping_sub(1));
        let count = count.cast_signed();
        let values = vec![count, count.wrapping_mul(draft.period)];
        draft.samples.push(RawSample { stack, values, block_bytes: None });
    }
    Ok(())
}

/// Drops the frame behind the leaf if nearly all samples have the same one, twice at most: it is of the signal.
fn drop_handler_frames(samples: &mut [RawSample]) {
    /// One in how many samples may be without it.
    const EXCEPTIONS: usize = 32;
    for _ in 0..2 {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        for address in samples.iter().filter_map(|sample| sample.stack.get(1)) {
            *counts.entry(*address).or_default() += 1;
        }
        let least = samples.len() - samples.len() / EXCEPTIONS;
        let Some((&address, _)) = counts.iter().find(|&(_, &count)| count >= least) else { return };
        for sample in samples.iter_mut().filter(|sample| sample.stack.get(1) == Some(&address)) {
            sample.stack.remove(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(layout: Layout, words: &[u64]) -> Vec<u8> {
        let bytes = |word: &u64| {
            let mut bytes = word.to_le_bytes()[..layout.word_bytes].to_vec();
            if layout.is_big_endian {
                bytes.reverse();
            }
            bytes
        };
        words.iter().flat_map(bytes).collect()
    }

    #[test]
    fn words_of_all_machines_are_read() {
        for layout in LAYOUTS {
            let bytes = file(layout, &[0, 3, 0, 10_000, 0, 5, 2, 0x1000, 0x2001, 2, 1, 0x1004, 0, 1, 0]);
            let draft = read(&bytes).expect("it is right");
            assert_eq!(draft.period, 10_000_000);
            assert_eq!(draft.samples.len(), 2);
            assert_eq!(
                (&*draft.samples[0].stack, &*draft.samples[0].values),
                (&[0x1000, 0x2000][..], &[5, 50_000_000][..])
            );
            // Whatever of the first sample is missing.
            for length in 5 * layout.word_bytes + 1..9 * layout.word_bytes {
                assert!(read(&bytes[..length]).is_err(), "{layout:?} {length}");
            }
        }
        assert!(read(&file(LAYOUTS[2], &[0, 3, 1, 10_000, 0])).is_err());
        assert!(!is_start(&file(LAYOUTS[2], &[0, 3, 0, 0, 0])));
    }

    #[test]
    fn the_frame_of_the_signal_is_dropped() {
        let sample = |leaf: u64, callers: &[u64]| RawSample {
            stack: [&[leaf], callers].concat(),
            values: vec![1, 1],
            block_bytes: None,
        };
        let mut samples: Vec<RawSample> = (0..100).map(|leaf| sample(leaf, &[7, 8, leaf + 1000])).collect();
        samples.extend([sample(1, &[9]), sample(2, &[])]);
        drop_handler_frames(&mut samples);
        assert_eq!(samples[50].stack, [50, 1050]);
        assert_eq!((&*samples[100].stack, &*samples[101].stack), (&[1, 9][..], &[2][..]));
    }
}
