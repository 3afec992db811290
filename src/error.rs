//! The one error type of the library: what went wrong, where, and why.

use std::error::Error as StdError;
use std::fmt;

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What sort of thing went wrong; for programs that react to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Reading or writing failed outside of rpprof.
    Io,
    /// The input has no bytes.
    Empty,
    /// A compressed stream is corrupt or ends too early.
    Compression,
    /// The inflated input passes the limit that the caller set.
    TooLarge,
    /// The bytes are not a protobuf message with the fields of a profile, nor whole in an old format.
    Wire,
    /// Two profiles were written into one message.
    Concatenated,
    /// The message decodes, but what it says contradicts itself.
    Inconsistent,
    /// Profiles that were to be combined measure different things.
    Incompatible,
    /// An argument of the caller names nothing or cannot be understood.
    Argument,
    /// The format is known and not readable by this build.
    Unsupported,
}

/// What went wrong, where, and why.
///
/// Displays as `place: message`; the cause, if there is one, is its [`source`](StdError::source).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Makes an error that says `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None, source: None }))
    }

    /// Says where: a sample, a byte, a file. An earlier place is kept behind it.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        let place = place.into();
        self.0.place = Some(match self.0.place.take() {
            Some(inner) => format!("{place}: {inner}"),
            None => place,
        });
        self
    }

    /// Says what caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns what sort of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns where it went wrong, if that is known.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.0.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("place", &self.0.place)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, "input or output failed").because(error)
    }
}
