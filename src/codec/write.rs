//! From a profile to a compressed file.

use std::io::Write;
use std::sync::mpsc::sync_channel;
use std::thread;

use flate2::{Compression, GzBuilder};

use super::encode::{encode_chunks, encode_with};
use super::symbol_rows::SymbolRows;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

/// How to write a profile.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WriteOptions {
    /// Effort of the compression: 0 (none) to 9 (smallest); 6 by default, as in pprof.
    pub level: u32,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self { level: 6 }
    }
}

impl WriteOptions {
    /// Returns the options with another effort, 0 to 9; a larger one counts as 9.
    #[must_use]
    pub fn with_level(mut self, level: u32) -> Self {
        self.level = level.min(9);
        self
    }
}

/// Samples from which on a second thread pays.
const MANY_SAMPLES: usize = 10_000;
/// Chunks of the message that wait for compression, which is slower: more would be more memory to touch.
const CHUNKS: usize = 2;

/// Writes a profile as gzip-compressed protobuf; the same profile and options give the same bytes.
///
/// Large profiles are encoded on a second thread.
///
/// # Errors
/// [`ErrorKind::Io`] if `writer` fails.
pub fn write(profile: &Profile, writer: impl Write, options: &WriteOptions) -> Result<()> {
    write_with(profile, profile, writer, options)
}

/// Writes a profile that has other symbols; ids of locations are the profile's own.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_with(
    profile: &Profile,
    symbols: &impl SymbolRows,
    writer: impl Write,
    options: &WriteOptions,
) -> Result<()> {
    // No name and no time in the header, so that the bytes depend on the profile alone.
    let mut gzip = GzBuilder::new().write(writer, Compression::new(options.level.min(9)));
    let failed = |error: std::io::Error| Error::new(ErrorKind::Io, "writing failed").because(error);
    if profile.samples().len() < MANY_SAMPLES {
        gzip.write_all(&encode_with(profile, symbols)).map_err(failed)?;
    } else {
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(CHUNKS);
            // Chunks go round: new memory for each would cost more than what is done with it.
            let (give_back, spare) = sync_channel::<Vec<u8>>(CHUNKS);
            // If the receiver is gone, writing has failed and the rest of the message is not wanted.
            scope.spawn(move || {
                encode_chunks(profile, symbols, |chunk| {
                    sender.send(std::mem::replace(chunk, spare.try_recv().unwrap_or_default()))
                })
            });
            receiver.into_iter().try_for_each(|chunk: Vec<u8>| {
                gzip.write_all(&chunk)?;
                // The encoder may be done, or have enough of them.
                let _ = give_back.try_send(chunk);
                Ok(())
            })
        })
        .map_err(failed)?;
    }
    gzip.finish().and_then(|mut writer| writer.flush()).map_err(failed)
}
