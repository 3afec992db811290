//! Moves bytes from a reader to a consumer, the reading on a thread of its own when it is long.

use std::io::{self, Read};
use std::sync::mpsc::{SyncSender, TryRecvError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::error::{Error, ErrorKind, Result};

/// Size of a chunk: fits a core's second-level cache together with what the consumer touches.
const CHUNK_BYTES: usize = 256 << 10;
/// How many chunks wait for the consumer at most. Decoding is faster than inflating on the whole, but slower where
/// tables grow; so many chunks keep the reader busy there. They are made when they are needed.
const CHUNKS: usize = 16;

/// Passes all bytes of `reader` to `consume`, chunk by chunk and in order.
///
/// The first chunk is read here. If there is more, the rest is read on a second thread, so that
/// inflating overlaps with decoding; that has begun when the first chunk is passed. `wait` is called when there is time,
/// since the next chunk is not there yet.
///
/// # Errors
/// What `consume` returns; [`ErrorKind::TooLarge`] once more than `limit` bytes came;
/// [`ErrorKind::Compression`] or [`ErrorKind::Io`] if reading fails.
pub(super) fn pump(
    mut reader: impl Read + Send,
    limit: u64,
    mut wait: impl FnMut(),
    mut consume: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut passed = 0;
    let mut consume = |chunk: &[u8]| {
        passed += chunk.len() as u64;
        check_limit(passed, limit)?;
        consume(chunk)
    };
    let mut first = Vec::new();
    fill(&mut reader, &mut first, CHUNK_BYTES).map_err(read_error)?;
    if first.len() < CHUNK_BYTES {
        return consume(&first);
    }
    // The last one is taken first: it is still in a cache.
    let empty = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(CHUNKS);
        let empty = &empty;
        scope.spawn(move || produce(reader, empty, &sender));
        consume(&first)?;
        loop {
            let mut received = receiver.try_recv();
            if let Err(TryRecvError::Empty) = received {
                wait();
                received = receiver.recv().map_err(TryRecvError::from);
            }
            let Ok(chunk) = received else { return Ok(()) };
            let chunk: Vec<u8> = chunk?;
            consume(&chunk)?;
            lock(empty).push(chunk);
        }
    })
}

/// Fails if more bytes came than `limit`.
pub(super) fn check_limit(passed: u64, limit: u64) -> Result<()> {
    if passed > limit {
        let message = format!("the inflated input passes the limit of {limit} bytes");
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(())
}

/// Fills and sends chunks until the reader ends or fails, or nobody wants them any more.
fn produce(mut reader: impl Read, empty: &Mutex<Vec<Vec<u8>>>, full: &SyncSender<Result<Vec<u8>>>) {
    loop {
        let mut chunk = lock(empty).pop().unwrap_or_default();
        let filled = fill(&mut reader, &mut chunk, CHUNK_BYTES).map_err(read_error);
        let is_last = filled.is_err() || chunk.len() < CHUNK_BYTES;
        if full.send(filled.map(|()| chunk)).is_err() || is_last {
            return;
        }
    }
}

fn lock(chunks: &Mutex<Vec<Vec<u8>>>) -> MutexGuard<'_, Vec<Vec<u8>>> {
    // Whoever panicked, a list of vectors is whole.
    chunks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads until the chunk has so many bytes or the input ends.
pub(super) fn fill(reader: &mut impl Read, chunk: &mut Vec<u8>, size: usize) -> io::Result<()> {
    if chunk.is_empty() {
        // Zeros that the system gives cost nothing; those that `resize` writes do.
        *chunk = vec![0; size];
    }
    chunk.resize(size, 0);
    let mut len = 0;
    while len < size {
        match reader.read(&mut chunk[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    chunk.truncate(len);
    Ok(())
}

pub(super) fn read_error(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Error::new(ErrorKind::Compression, "the compressed data ends too early").because(error)
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Error::new(ErrorKind::Compression, "the compressed data is corrupt").because(error)
        }
        _ => Error::new(ErrorKind::Io, "reading failed").because(error),
    }
}
