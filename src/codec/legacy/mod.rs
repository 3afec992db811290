//! The formats that came before protobuf: gperftools' files, and the texts of Go's `debug=1`.
//!
//! They hold addresses, numbers and often the process's list of mappings, but no names. What they mean is what pprof
//! takes them for: its rules for return addresses, for values that were sampled, and for mappings are followed to the
//! last digit. Files of Java programs are known and refused.

mod contention;
mod counts;
mod cpu;
mod draft;
mod frames;
mod heap;
mod lines;
mod maps;
mod threads;

use super::read::ReadOptions;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;
use draft::Draft;
use lines::{Lines, is_blank_or_comment};

/// How many first bytes [`Format::detect`] wants to see, if there are so many.
pub(super) const HEAD_BYTES: usize = 4096;

/// A format older than protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// gperftools' words of CPU samples.
    Cpu,
    /// Text of gperftools or Go: `heap profile: …`.
    Heap,
    /// Text of Go: `goroutine profile: total 7`, of any name.
    Counts,
    /// Text: `--- threadz 1 ---`.
    Threads,
    /// Text of gperftools or Go: `--- contention:`.
    Contention,
    /// Text of a Java program.
    Java,
}

impl Format {
    /// Tells the format by the first bytes of an input; `None` if it is no old one.
    ///
    /// No profile message begins like any of them: with a field of number 0, or with text that has a wire type its
    /// field does not have.
    pub(super) fn detect(head: &[u8]) -> Option<Self> {
        if cpu::is_start(head) {
            return Some(Self::Cpu);
        }
        let text = String::from_utf8_lossy(head);
        let first = text.lines().next()?;
        let said = text.lines().find(|line| !is_blank_or_comment(line))?;
        let formats: [(Self, bool); 5] = [
            (Self::Heap, heap::is_start(first)),
            (Self::Counts, counts::name_in(said).is_some()),
            (Self::Threads, threads::is_start(said)),
            (Self::Contention, contention::is_start(first)),
            (Self::Java, first.starts_with("--- heapz 1 ---")),
        ];
        formats.into_iter().find_map(|(format, is_it)| is_it.then_some(format))
    }
}

/// Makes a profile of all bytes of an input.
pub(super) fn read(format: Format, bytes: &[u8], options: &ReadOptions) -> Result<Profile> {
    let text = || String::from_utf8_lossy(bytes);
    let draft = match format {
        Format::Cpu => cpu::read(bytes),
        Format::Heap => of_text(&text(), heap::read),
        Format::Counts => of_text(&text(), counts::read),
        Format::Threads => of_text(&text(), threads::read),
        Format::Contention => of_text(&text(), contention::read),
        Format::Java => Err(of_java()),
    };
    draft?.finish(options)
}

/// Reads the samples of a text, and the mappings behind them.
fn of_text(text: &str, read: fn(&mut Lines<'_>) -> Result<Draft>) -> Result<Draft> {
    let mut lines = Lines::new(text);
    let mut draft = read(&mut lines).map_err(|error| error.at(format!("line {}", lines.number())))?;
    lines.skip_to_mappings();
    draft.mappings = maps::read(&mut lines)?;
    Ok(draft)
}

fn of_java() -> Error {
    Error::new(ErrorKind::Unsupported, "a profile of a Java program in an old format")
}

fn malformed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Wire, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_beginnings() {
        for (head, format) in [
            ("heap profile:   1:  2 [ 3: 4 ] @ heapprofile\n", Some(Format::Heap)),
            ("heap profile: 1: 2 [3: 4] @ heap/1048576", Some(Format::Heap)),
            ("heap profile: 1: 2 [3: 4] @ growthz\n", Some(Format::Heap)),
            ("heap profile: 1: 2 [3: 4] @ stack\n", None),
            ("\n# a comment\napp/connections profile: total 7\n", Some(Format::Counts)),
            ("goroutine profile: total many\n", None),
            ("the heap profile: total 7\n", None),
            ("--- threadz 1 ---\n", Some(Format::Threads)),
            ("--- Thread 7f00 (name: main/12) stack: ---\n", Some(Format::Threads)),
            ("--- contentionz 1 ---\n", Some(Format::Contention)),
            ("--- mutex:\n", Some(Format::Contention)),
            ("--- heapz 1 ---\n", Some(Format::Java)),
            ("anything else\n", None),
            ("", None),
        ] {
            assert_eq!(Format::detect(head.as_bytes()), format, "{head:?}");
        }
    }
}
