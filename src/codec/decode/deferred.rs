//! Stacks of samples without a value in the column that is asked for, kept undecoded.
//!
//! Which column is the default one is known for sure only behind the samples, where the strings stand. So it is
//! guessed; if the guess was wrong the stacks are decoded after all.

use crate::profile::{Items, StackId};

/// Undecoded stacks.
#[derive(Debug)]
pub(super) struct Deferred {
    /// The column in which their samples have no value.
    pub(super) column: usize,
    /// What their samples have instead: an empty stack.
    pub(super) stack: StackId,
    /// The sample of each stack, and how many bytes the stack has.
    samples: Vec<(u32, u32)>,
    /// The packed lists of locations, end to end.
    bytes: Items<u8>,
}

impl Deferred {
    pub(super) fn new(column: usize, stack: StackId) -> Self {
        Self { column, stack, samples: Vec::new(), bytes: Items::default() }
    }

    /// Keeps a stack for later; returns whether there was room.
    #[inline]
    pub(super) fn push(&mut self, sample: usize, packed: &[u8]) -> bool {
        let (Ok(sample), Ok(len)) = (u32::try_from(sample), u32::try_from(packed.len())) else { return false };
        if u32::try_from(self.bytes.as_slice().len() + packed.len()).is_err() {
            return false;
        }
        self.samples.push((sample, len));
        self.bytes.grow(packed.len()).copy_from_slice(packed);
        true
    }

    /// Returns the samples by their rows, each with its packed list of locations.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut rest = self.bytes.as_slice();
        self.samples.iter().map(move |&(sample, len)| {
            let (packed, behind) = rest.split_at(len as usize);
            rest = behind;
            (sample as usize, packed)
        })
    }
}
