//! Reads the input ahead, so that who inflates it need not copy it out of the system's cache.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::pump::fill;

/// Size of a block.
const BLOCK_BYTES: usize = 128 << 10;
/// How many blocks are read ahead.
const BLOCKS: usize = 8;

/// An input of which blocks are read ahead, by who has time to.
///
/// Nobody waits for that: where no block was read ahead, who wants one reads it.
pub(super) struct Ahead<R> {
    state: Mutex<State<R>>,
}

struct State<R> {
    reader: R,
    /// What was read ahead, in order.
    full: VecDeque<Vec<u8>>,
    /// Blocks to be filled again.
    empty: Vec<Vec<u8>>,
    /// Whether there is nothing to be read behind what was read ahead.
    is_at_end: bool,
    /// What reading ended with.
    error: Option<io::Error>,
}

impl<R: Read> Ahead<R> {
    /// Takes an input, of which nothing is read yet.
    pub(super) fn new(reader: R) -> Self {
        let state = State { reader, full: VecDeque::new(), empty: Vec::new(), is_at_end: false, error: None };
        Self { state: Mutex::new(state) }
    }

    /// Reads as far ahead as it goes.
    ///
    /// An error is kept until all bytes before it were asked for.
    pub(super) fn read_on(&self) {
        // Who wants a block may take it before the next one is read.
        while self.lock().read_on() {}
    }

    /// Returns what reads the bytes of the input from where others stopped; meant to be the only one.
    pub(super) fn bytes(&self) -> Bytes<'_, R> {
        Bytes { ahead: self, block: Vec::new(), at: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        // Only a reader that panics can leave it so; what it was to read is not there then.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Read> State<R> {
    /// Reads a block ahead; returns false if there is no more to read or no room.
    fn read_on(&mut self) -> bool {
        if self.is_at_end || self.full.len() == BLOCKS {
            return false;
        }
        let mut block = self.empty.pop().unwrap_or_default();
        match fill(&mut self.reader, &mut block, BLOCK_BYTES) {
            Ok(()) => {
                self.is_at_end = block.len() < BLOCK_BYTES;
                self.full.push_back(block);
            }
            Err(error) => {
                self.is_at_end = true;
                self.error = Some(error);
            }
        }
        true
    }

    /// Returns the next block for one that is done with; an empty one at the end.
    fn next(&mut self, done: Vec<u8>) -> io::Result<Vec<u8>> {
        self.empty.push(done);
        if self.full.is_empty() {
            self.read_on();
        }
        match (self.full.pop_front(), self.error.take()) {
            (Some(block), error) => {
                self.error = error;
                Ok(block)
            }
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Vec::new()),
        }
    }
}

/// The bytes of an [`Ahead`].
pub(super) struct Bytes<'a, R> {
    ahead: &'a Ahead<R>,
    block: Vec<u8>,
    /// How much of `block` was read.
    at: usize,
}

impl<R: Read> BufRead for Bytes<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.block.len() {
            self.at = 0;
            self.block = self.ahead.lock().next(mem::take(&mut self.block))?;
        }
        Ok(&self.block[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at = self.block.len().min(self.at + count);
    }
}

impl<R: Read> Read for Bytes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// Gives so many bytes, then an error.
    struct Broken(usize);

    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::Error::other("broken"));
            }
            let count = buffer.len().min(self.0).min(1000);
            buffer[..count].fill(7);
            self.0 -= count;
            Ok(count)
        }
    }

    #[test]
    fn the_bytes_are_the_same_whoever_reads_them() {
        for len in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 19 * BLOCK_BYTES + 5] {
            let input: Vec<u8> = (0..len).map(|index| (index * 31 / 7) as u8).collect();
            let alone = Ahead::new(input.as_slice());
            let mut output = Vec::new();
            alone.bytes().read_to_end(&mut output).expect("memory can be read");
            assert!(output == input, "{len} bytes, alone");

            let helped = Ahead::new(input.as_slice());
            helped.read_on();
            assert!(helped.lock().full.len() == BLOCKS.min(len / BLOCK_BYTES + 1));
            let mut output = Vec::new();
            thread::scope(|scope| {
                let reader = scope.spawn(|| helped.bytes().read_to_end(&mut output));
                while !reader.is_finished() {
                    helped.read_on();
                }
                reader.join().expect("it does not panic").expect("memory can be read");
            });
            assert!(output == input, "{len} bytes, with help");
        }
    }

    #[test]
    fn an_error_comes_where_it_was_met() {
        for is_read_ahead in [false, true] {
            let ahead = Ahead::new(Broken(3 * BLOCK_BYTES + 10));
            if is_read_ahead {
                ahead.read_on();
            }
            let mut bytes = ahead.bytes();
            let mut output = Vec::new();
            let error = bytes.read_to_end(&mut output).expect_err("it is broken");
            assert_eq!((error.to_string(), output.len()), ("broken".to_owned(), 3 * BLOCK_BYTES));
            assert_eq!(bytes.read(&mut [0]).expect("nothing is left"), 0);
        }
    }

    #[test]
    fn no_more_is_read_ahead_than_there_is_room_for() {
        let ahead = Ahead::new(io::repeat(1));
        ahead.read_on();
        ahead.read_on();
        assert_eq!(ahead.lock().full.len(), BLOCKS);
        ahead.bytes().read_exact(&mut vec![0; 20 * BLOCK_BYTES]).expect("there is enough");
    }
}
