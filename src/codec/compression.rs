//! How an input is compressed, found by looking at its first bytes.

use std::io::{self, BufRead, Read};

use flate2::bufread::ZlibDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::gzip::{GzipMembers, MemberEnd};

/// How an input is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip (RFC 1952), one member or several.
    Gzip,
    /// zlib (RFC 1950).
    Zlib,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
}

impl Compression {
    /// Tells the compression by the first bytes of an input.
    ///
    /// No writer's profile message starts with any of these magic numbers: taken as tags they say
    /// fields with wire types that these fields do not have, but for `78 01`, which would be a
    /// message that begins with its documentation's address.
    pub fn detect(first_bytes: &[u8]) -> Self {
        match *first_bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame, or one to be skipped.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0x78, flags, ..] if u16::from_be_bytes([0x78, flags]).is_multiple_of(31) => Self::Zlib,
            _ => Self::None,
        }
    }
}

/// An input; what is read from it is not compressed any more.
pub(super) enum Inflated<R: BufRead> {
    Plain(R),
    Gzip(GzipMembers<R>),
    Zlib(ZlibDecoder<R>),
    Zstd(Box<ZstdFrames<R>>),
}

impl<R: BufRead> Inflated<R> {
    /// Opens an input, whose first bytes are in the buffer together.
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        Ok(match Compression::detect(input.fill_buf()?) {
            Compression::None => Self::Plain(input),
            Compression::Gzip => Self::Gzip(GzipMembers::new(input)?),
            Compression::Zlib => Self::Zlib(ZlibDecoder::new(input)),
            Compression::Zstd => Self::Zstd(Box::new(ZstdFrames::new(input))),
        })
    }

    /// Returns whether the input is compressed.
    pub(super) fn is_compressed(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// Returns whether who reads has to compare checksums, see [`take_ends`](Self::take_ends).
    pub(super) fn has_sums(&self) -> bool {
        matches!(self, Self::Gzip(_))
    }

    /// Returns the ends of members that were met since the last time.
    pub(super) fn take_ends(&mut self) -> Vec<MemberEnd> {
        match self {
            Self::Gzip(members) => members.take_ends(),
            _ => Vec::new(),
        }
    }
}

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Gzip(input) => input.read(buffer),
            Self::Zlib(input) => input.read(buffer),
            Self::Zstd(input) => input.read(buffer),
        }
    }
}

/// Frames of Zstandard, one after another; skippable frames are skipped.
pub(super) struct ZstdFrames<R: BufRead> {
    input: R,
    decoder: FrameDecoder,
    is_in_frame: bool,
}

impl<R: BufRead> ZstdFrames<R> {
    fn new(input: R) -> Self {
        Self { input, decoder: FrameDecoder::new(), is_in_frame: false }
    }

    /// Goes to the next frame; returns false at the end of the input.
    fn open_frame(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.input.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(corrupt(error)),
            }
        }
        Ok(false)
    }

    /// Compares the checksum of a finished frame with its content.
    fn check_frame(&self) -> io::Result<()> {
        match self.decoder.get_checksum_from_data() {
            Some(stated) if self.decoder.get_calculated_checksum() != Some(stated) => {
                Err(corrupt("the content of a zstd frame does not match its checksum"))
            }
            _ => Ok(()),
        }
    }
}

fn corrupt(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_in_frame {
                if !self.open_frame()? {
                    return Ok(0);
                }
                self.is_in_frame = true;
            }
            while !self.decoder.is_finished() && self.decoder.can_collect() < buffer.len() {
                let wanted = BlockDecodingStrategy::UptoBytes(buffer.len());
                self.decoder.decode_blocks(&mut self.input, wanted).map_err(corrupt)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.check_frame()?;
            self.is_in_frame = false;
        }
    }
}
