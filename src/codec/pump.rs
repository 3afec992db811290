//! Moves bytes from a reader to a consumer, the reading on a thread of its own when it is long.

use std::io::{self, BufRead, Read};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TryRecvError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use flate2::Crc;

use super::compression::Inflated;
use super::gzip::{MemberEnd, Sums, sum_of};
use crate::error::{Error, ErrorKind, Result};

/// Size of a chunk: fits a core's second-level cache together with what the consumer touches.
const CHUNK_BYTES: usize = 256 << 10;
/// How many chunks wait for the consumer at most. Decoding is faster than inflating on the whole, but slower where
/// tables grow; so many chunks keep the reader busy there. They are made when they are needed.
const CHUNKS: usize = 16;

/// A piece of what was inflated.
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    /// The members that end in it or right before it.
    ends: Vec<MemberEnd>,
    /// The checksum, if who inflated it had time for that.
    sum: Option<Crc>,
}

impl Chunk {
    /// Reads the first chunk; it is the only one if it is not [full](Self::is_full).
    ///
    /// # Errors
    /// [`ErrorKind::Compression`] or [`ErrorKind::Io`] if reading fails.
    pub(super) fn first<R: BufRead>(reader: &mut Inflated<R>) -> Result<Self> {
        Self::read(reader, Vec::new(), || false)
    }

    /// Reads the next chunk into `bytes`, whatever these are; `has_time` says whether to compute the checksum here.
    fn read<R: BufRead>(reader: &mut Inflated<R>, mut bytes: Vec<u8>, has_time: impl Fn() -> bool) -> Result<Self> {
        fill(reader, &mut bytes, CHUNK_BYTES).map_err(read_error)?;
        let sum = (reader.has_sums() && has_time()).then(|| sum_of(&bytes));
        Ok(Self { bytes, ends: reader.take_ends(), sum })
    }

    /// Returns whether there may be more behind it.
    fn is_full(&self) -> bool {
        self.bytes.len() == CHUNK_BYTES
    }
}

/// Passes the bytes of `first` and all that is left in `reader` to `consume`, chunk by chunk and in order.
///
/// If the first chunk is not the only one, the rest is read on a second thread, so that
/// inflating overlaps with decoding; that has begun when the first chunk is passed. `wait` is called when there is time,
/// since the next chunk is not there yet. Who has time computes the checksums too.
///
/// # Errors
/// What `consume` returns; [`ErrorKind::TooLarge`] once more than `limit` bytes came;
/// [`ErrorKind::Compression`] or [`ErrorKind::Io`] if reading fails or a checksum is another.
pub(super) fn pump<R: BufRead + Send>(
    first: &Chunk,
    reader: Inflated<R>,
    limit: u64,
    mut wait: impl FnMut(),
    mut consume: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let mut passed = 0;
    let mut sums = reader.has_sums().then(Sums::default);
    let mut consume = |chunk: &Chunk| {
        passed += chunk.bytes.len() as u64;
        check_limit(passed, limit)?;
        if let Some(sums) = &mut sums {
            sums.add(&chunk.bytes, chunk.sum.as_ref(), &chunk.ends).map_err(read_error)?;
        }
        consume(&chunk.bytes)
    };
    if !first.is_full() {
        return consume(first);
    }
    // The last one is taken first: it is still in a cache.
    let (empty, waiting) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(CHUNKS);
        let (empty, waiting) = (&empty, &waiting);
        scope.spawn(move || produce(reader, empty, waiting, &sender));
        consume(first)?;
        loop {
            let mut received = receiver.try_recv();
            if let Err(TryRecvError::Empty) = received {
                wait();
                received = receiver.recv().map_err(TryRecvError::from);
            }
            let Ok(chunk) = received else { return Ok(()) };
            waiting.fetch_sub(1, Ordering::Relaxed);
            let chunk: Chunk = chunk?;
            consume(&chunk)?;
            lock(empty).push(chunk.bytes);
        }
    })
}

/// Reads all that is left in `reader`, behind what `first` holds.
///
/// # Errors
/// As [`pump`].
pub(super) fn read_all<R: BufRead>(first: Chunk, mut reader: Inflated<R>, limit: u64) -> Result<Vec<u8>> {
    let Chunk { mut bytes, mut ends, .. } = first;
    let rest = limit.saturating_add(1).saturating_sub(bytes.len() as u64);
    reader.by_ref().take(rest).read_to_end(&mut bytes).map_err(read_error)?;
    check_limit(bytes.len() as u64, limit)?;
    ends.extend(reader.take_ends());
    if reader.has_sums() {
        Sums::default().add(&bytes, None, &ends).map_err(read_error)?;
    }
    Ok(bytes)
}

/// Fails if more bytes came than `limit`.
pub(super) fn check_limit(passed: u64, limit: u64) -> Result<()> {
    if passed > limit {
        let message = format!("the inflated input passes the limit of {limit} bytes");
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(())
}

/// So many chunks wait for the consumer if it is the slower one.
const MANY_CHUNKS: usize = 2;

/// Reads and sends chunks until the reader ends or fails, or nobody wants them any more; `waiting` counts those sent.
fn produce<R: BufRead>(
    mut reader: Inflated<R>,
    empty: &Mutex<Vec<Vec<u8>>>,
    waiting: &AtomicUsize,
    full: &SyncSender<Result<Chunk>>,
) {
    let has_time = || waiting.load(Ordering::Relaxed) >= MANY_CHUNKS;
    loop {
        let bytes = lock(empty).pop().unwrap_or_default();
        let chunk = Chunk::read(&mut reader, bytes, has_time);
        let is_last = chunk.as_ref().map_or(true, |chunk| !chunk.is_full());
        waiting.fetch_add(1, Ordering::Relaxed);
        if full.send(chunk).is_err() || is_last {
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
