//! Reads the input ahead, so that who inflates it need not copy it out of the system's cache.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;

use super::pump::fill;

/// Size of a block.
const BLOCK_BYTES: usize = 256 << 10;
/// How many blocks wait at most.
const BLOCKS: usize = 4;

/// A reader whose input is read on another thread when it is long.
pub(super) struct Ahead {
    block: Vec<u8>,
    /// How much of `block` was read.
    at: usize,
    /// Where the next blocks come from; `None` behind the last one.
    next: Option<Next>,
}

/// The ends of the channels to the thread that reads.
struct Next {
    full: Receiver<io::Result<Vec<u8>>>,
    /// Blocks to be filled again.
    empty: Sender<Vec<u8>>,
}

impl Ahead {
    /// Reads the first block here, and what follows on a thread of `scope`.
    pub(super) fn new<'s>(scope: &'s Scope<'s, '_>, mut reader: impl Read + Send + 's) -> io::Result<Self> {
        let mut block = Vec::new();
        fill(&mut reader, &mut block, BLOCK_BYTES)?;
        let is_last = block.len() < BLOCK_BYTES;
        let next = (!is_last).then(|| {
            let (full_sender, full_receiver) = sync_channel(BLOCKS);
            let (empty_sender, empty_receiver) = channel();
            scope.spawn(move || read_on(reader, &empty_receiver, &full_sender));
            Next { full: full_receiver, empty: empty_sender }
        });
        Ok(Self { block, at: 0, next })
    }
}

fn read_on(mut reader: impl Read, empty: &Receiver<Vec<u8>>, full: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut block = empty.try_recv().unwrap_or_default();
        let filled = fill(&mut reader, &mut block, BLOCK_BYTES);
        let is_last = filled.is_err() || block.len() < BLOCK_BYTES;
        if full.send(filled.map(|()| block)).is_err() || is_last {
            return;
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len()
            && let Some(Next { full, empty }) = &self.next
        {
            match full.recv() {
                Ok(block) => {
                    let old = std::mem::replace(&mut self.block, block?);
                    let _ = empty.send(old);
                    self.at = 0;
                }
                Err(_) => self.next = None,
            }
        }
        let count = (&self.block[self.at..]).read(buffer)?;
        self.at += count;
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
    fn the_bytes_are_the_same_whatever_their_number() {
        for len in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 9 * BLOCK_BYTES + 5] {
            let input: Vec<u8> = (0..len).map(|index| (index * 31 / 7) as u8).collect();
            let mut output = Vec::new();
            thread::scope(|scope| {
                let mut ahead = Ahead::new(scope, input.as_slice()).expect("memory can be read");
                ahead.read_to_end(&mut output).expect("memory can be read");
            });
            assert!(output == input, "{len} bytes");
        }
    }

    #[test]
    fn an_error_comes_where_it_was_met() {
        thread::scope(|scope| {
            let len = 3 * BLOCK_BYTES + 10;
            let mut ahead = Ahead::new(scope, Broken(len)).expect("the first block can be read");
            let mut output = Vec::new();
            let error = ahead.read_to_end(&mut output).expect_err("it is broken");
            assert_eq!((error.to_string(), output.len()), ("broken".to_owned(), 3 * BLOCK_BYTES));
            assert_eq!(ahead.read(&mut [0]).expect("nothing is left"), 0);
        });
        assert!(thread::scope(|scope| Ahead::new(scope, Broken(10)).is_err()));
    }

    #[test]
    fn reading_ends_when_nobody_wants_more() {
        thread::scope(|scope| {
            let mut ahead = Ahead::new(scope, io::repeat(1)).expect("it never fails");
            ahead.read_exact(&mut vec![0; 5 * BLOCK_BYTES]).expect("there is enough");
        });
    }
}
