//! From whatever a file holds to a profile.

use std::io::{self, Read};

use super::ahead::Ahead;
use super::compression::Inflated;
use super::decode::Decoder;
use super::framer::Framer;
use super::legacy::{self, Format};
use super::pump::{Chunk, pump, read_all, read_error};
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, StringTable};

/// How to read a profile.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// How many bytes the input may inflate to; 2 GiB by default.
    ///
    /// The memory that reading takes is bounded by about ten times the inflated size for the worst
    /// of inputs; for usual ones it is from less than that size to two and a half times as much.
    pub max_inflated_bytes: u64,
    /// Whether samples get their labels.
    pub labels: LabelColumn,
    /// Whether samples get their stacks.
    pub stacks: StackColumn,
    /// The strings that the file is likely to have, none at first: if it has these, its profile shares their memory.
    pub strings: StringTable,
}

/// What becomes of the samples' labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelColumn {
    /// Samples get their labels.
    #[default]
    Keep,
    /// No sample has labels, and what the labels of the file say is not looked at. For reports
    /// that do not depend on labels: profiles with trace ids are read in half the time and memory.
    Skip,
}

/// What becomes of the samples' stacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StackColumn {
    /// Samples get their stacks.
    #[default]
    Keep,
    /// All samples have the empty stack, and what the file says of stacks, locations and functions is not looked at.
    /// For reports of labels alone.
    Skip,
    /// The [default column](Profile::default_sample_type) may be the only one. Samples without a value there are left
    /// out then, and what the file says of their stacks is not checked. For reports of that column alone, to which such
    /// samples add nothing: heap profiles are full of them. Only [`read_with`] does so, [`read`] keeps all.
    OfDefaultValues,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            max_inflated_bytes: 2 << 30,
            labels: LabelColumn::Keep,
            stacks: StackColumn::Keep,
            strings: StringTable::default(),
        }
    }
}

impl ReadOptions {
    /// Returns the options with another limit of the inflated size.
    #[must_use]
    pub fn with_max_inflated_bytes(mut self, bytes: u64) -> Self {
        self.max_inflated_bytes = bytes;
        self
    }

    /// Returns the options with labels kept or skipped.
    #[must_use]
    pub fn with_labels(mut self, labels: LabelColumn) -> Self {
        self.labels = labels;
        self
    }

    /// Returns the options with stacks kept or skipped.
    #[must_use]
    pub fn with_stacks(mut self, stacks: StackColumn) -> Self {
        self.stacks = stacks;
        self
    }

    /// Returns the options with the strings of a profile that was read from the same file before.
    ///
    /// What is read stays the same; it takes less memory if the file has these strings.
    #[must_use]
    pub fn with_strings(mut self, strings: &StringTable) -> Self {
        self.strings = strings.clone();
        self
    }
}

/// Reads a profile: gzip, zlib, zstd or plain protobuf, as its first bytes tell; or one of the formats before it.
///
/// Those are gperftools' CPU, heap, growth, contention and thread profiles, and the texts that Go prints for `debug=1`.
/// They hold no names, and become what pprof makes of them.
///
/// It takes two threads for inputs that inflate to more than a quarter of a mebibyte: one inflates, the other one decodes
/// and, where it has time, reads ahead. It checks what pprof's `CheckValid` checks.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
///
/// let file = std::fs::File::open("testdata/go_cpu.pb.gz")?;
/// let profile = codec::read(file, &ReadOptions::default().with_max_inflated_bytes(64 << 20))?;
/// assert_eq!(profile.value_type_names(profile.sample_types()[1]), ("cpu", "nanoseconds"));
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Empty`], [`ErrorKind::Compression`], [`ErrorKind::TooLarge`], [`ErrorKind::Wire`],
/// [`ErrorKind::Concatenated`], [`ErrorKind::Inconsistent`] and [`ErrorKind::Io`], as they say.
pub fn read(reader: impl Read + Send, options: &ReadOptions) -> Result<Profile> {
    if options.stacks == StackColumn::OfDefaultValues {
        return read_once(reader, &options.clone().with_stacks(StackColumn::Keep));
    }
    read_once(reader, options)
}

/// Reads a profile as [`read`] does, from what can be opened a second time, such as a file.
///
/// Then samples may be left out, see [`StackColumn::OfDefaultValues`]. Which column is the default one is known only
/// behind the samples, where the strings stand. So it is guessed, and if the guess was wrong or anything
/// else fails, the input is opened and read again with all samples.
///
/// # Errors
/// Those of [`read`], and [`ErrorKind::Io`] if opening fails.
pub fn read_with<R: Read + Send>(mut open: impl FnMut() -> io::Result<R>, options: &ReadOptions) -> Result<Profile> {
    if options.stacks == StackColumn::OfDefaultValues
        && let Ok(profile) = read_once(open()?, options)
    {
        return Ok(profile);
    }
    read(open()?, options)
}

fn read_once(reader: impl Read + Send, options: &ReadOptions) -> Result<Profile> {
    let ahead = Ahead::new(reader);
    let mut inflated = Inflated::new(ahead.bytes()).map_err(read_error)?;
    let is_compressed = inflated.is_compressed();
    let first = Chunk::first(&mut inflated)?;
    let head = &first.bytes[..first.bytes.len().min(legacy::HEAD_BYTES)];
    if let Some(format) = Format::detect(head) {
        let bytes = read_all(first, inflated, options.max_inflated_bytes)?;
        return legacy::read(format, &bytes, options);
    }
    let mut framer = Framer::default();
    let mut decoder = Decoder::new(options);
    let decode = |chunk: &[u8]| decoder.chunk(chunk, &mut framer);
    let pumped = pump(&first, inflated, options.max_inflated_bytes, || ahead.read_on(), decode);
    let decoded = pumped.and_then(|()| framer.finish()).map_err(|error| explain(error, is_compressed))?;
    if decoded == 0 {
        return Err(Error::new(ErrorKind::Empty, "empty input"));
    }
    decoder.finish()
}

/// Adds to a wire error what an input that is no profile at all is likely to be.
fn explain(error: Error, is_compressed: bool) -> Error {
    if error.kind() == ErrorKind::Wire && !is_compressed {
        let hint = "not a profile (expected gzip, zlib, zstd or plain protobuf, or an old format)";
        return Error::new(ErrorKind::Wire, hint).because(error);
    }
    error
}
