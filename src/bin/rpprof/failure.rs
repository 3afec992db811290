//! What went wrong, for the person at the terminal.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use rpprof::ErrorKind;

/// Exit code of usage, input and output errors.
pub(crate) const EXIT_ERROR: u8 = 2;
/// Exit code of what was asked and is not so: nothing matched, or a budget is broken.
const EXIT_UNMET: u8 = 1;

/// Why the program ends without doing what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The file, flag or stage.
    place: Option<String>,
    message: String,
    hint: Option<String>,
    exit_code: u8,
    /// Whether only the message is shown.
    is_bare: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into(), hint: None, exit_code: EXIT_ERROR, is_bare: false, source: None }
    }

    /// Makes the failure of something that was asked for and is not there, or not so.
    pub(crate) fn unmet(message: impl Into<String>) -> Self {
        Self { exit_code: EXIT_UNMET, ..Self::new(message) }
    }

    /// Leaves out the program's name, for output that is to be like another program's.
    pub(crate) fn bare(self) -> Self {
        Self { is_bare: true, exit_code: EXIT_ERROR, ..self }
    }

    /// Returns the exit code that tells of it.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// Says which file or flag it is about.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(place.to_string());
        self
    }

    /// Says what to try.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Makes the failure of reading or writing `path`.
    pub(crate) fn io(path: &Path, error: io::Error) -> Self {
        let mut failure = Self::from(error);
        if !failure.is_broken_pipe() {
            failure.place = Some(path.display().to_string());
        }
        failure
    }

    /// Returns whether whoever reads the output has gone, which is no failure of this program.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let mut next = self.source.as_deref().map(|source| source as &(dyn StdError + 'static));
        while let Some(error) = next {
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                return true;
            }
            next = error.source();
        }
        false
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self { source: Some(error.into()), ..Self::new("") }
    }
}

impl From<rpprof::Error> for Failure {
    fn from(error: rpprof::Error) -> Self {
        let hint = match error.kind() {
            ErrorKind::TooLarge => Some("raise the limit with --max-inflated, such as --max-inflated 8GB".to_owned()),
            _ => None,
        };
        Self { hint, source: Some(error.into()), ..Self::new("") }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_bare {
            f.write_str("rpprof: ")?;
        }
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        let mut parts = Vec::new();
        if !self.message.is_empty() {
            parts.push(self.message.clone());
        }
        let mut next = self.source.as_deref().map(|source| source as &(dyn StdError + 'static));
        while let Some(error) = next {
            let text = error.to_string();
            // Some errors repeat their cause in their own text.
            if parts.last().is_none_or(|last| !last.contains(&text)) {
                parts.push(text);
            }
            next = error.source();
        }
        f.write_str(&parts.join(": "))?;
        if let Some(hint) = &self.hint
            && !self.is_bare
        {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Returns the word of `known` that is most like `word`, if any is.
pub(crate) fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    /// Below this, words have little in common.
    const MIN_SIMILARITY: f64 = 0.75;
    let similarity = |other: &str| {
        let (word, other) = (word.to_lowercase(), other.to_lowercase());
        // Swapped letters are one slip; the other measure sees words with the same beginning.
        let swapped = if strsim::osa_distance(&word, &other) <= 1 { 0.95 } else { 0.0 };
        strsim::jaro_winkler(&word, &other).max(swapped)
    };
    known
        .into_iter()
        .map(|other| (similarity(other), other))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, other)| other)
}
