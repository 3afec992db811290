//! The list of a process's mappings behind the samples, as Linux or other tools write it.

use std::borrow::Cow;

use super::lines::{Lines, split_while};
use super::malformed;
use crate::error::Result;

/// A mapping with code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RawMapping {
    pub(super) start: u64,
    /// One past the last address.
    pub(super) limit: u64,
    /// Where `start` lies in the file.
    pub(super) offset: u64,
    pub(super) file: String,
    pub(super) build_id: String,
}

impl RawMapping {
    /// Returns whether `address` is inside.
    pub(super) fn has(&self, address: u64) -> bool {
        self.start <= address && address < self.limit
    }

    /// Returns whether `address` is in the part of the file that would be before the mapping.
    pub(super) fn has_before(&self, address: u64) -> bool {
        self.offset != 0 && self.start.wrapping_sub(self.offset) <= address && address < self.start
    }

    /// Lets the mapping begin where the file would.
    pub(super) fn begin_with_file(&mut self) {
        self.start = self.start.wrapping_sub(self.offset);
        self.offset = 0;
    }

    /// Returns whether `next` goes on with the same file.
    fn is_before(&self, next: &Self) -> bool {
        let is_same = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
        let is_in_place = |offset: u64| offset == self.offset.wrapping_add(self.limit.wrapping_sub(self.start));
        is_same(&self.file, &next.file)
            && is_same(&self.build_id, &next.build_id)
            && self.limit == next.start
            && (self.offset == 0 || next.offset == 0 || is_in_place(next.offset))
    }
}

/// Reads all lines that are left; those that are no mappings are passed over, and so are mappings without code.
///
/// A line of the form `key=value` lets `$key` stand for the value in later ones.
///
/// # Errors
/// If an address does not fit into 64 bits, or values that hold other ones grow past all measure.
pub(super) fn read(lines: &mut Lines<'_>) -> Result<Vec<RawMapping>> {
    /// Files have one or two; each `$` is compared with all of them.
    const MOST_VARIABLES: usize = 1000;
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut mappings = Vec::new();
    while let Some(line) = lines.advance() {
        let line = replaced(without_log_prefix(line), &variables)?;
        match entry(&line) {
            Some(entry) if entry.has_code() => {
                let too_long = || malformed("an address of a mapping does not fit into 64 bits");
                mappings.push(entry.mapping().ok_or_else(too_long)?);
            }
            Some(_) => {}
            None => {
                let variable = line.split_once('=').filter(|_| variables.len() < MOST_VARIABLES);
                variables.extend(variable.map(|(key, value)| (format!("${}", key.trim()), value.trim().to_owned())));
            }
        }
    }
    Ok(arranged(mappings))
}

/// Joins what is one mapping in parts, and puts the main program first.
fn arranged(mappings: Vec<RawMapping>) -> Vec<RawMapping> {
    /// Where programs were once linked to begin.
    const PROGRAM: u64 = 0x40_0000;
    let mut joined: Vec<RawMapping> = Vec::with_capacity(mappings.len());
    for next in mappings {
        match joined.last_mut() {
            Some(last) if last.is_before(&next) => {
                last.limit = next.limit;
                let newer = |old: &mut String, new: String| {
                    if !new.is_empty() {
                        *old = new;
                    }
                };
                newer(&mut last.file, next.file);
                newer(&mut last.build_id, next.build_id);
            }
            _ => joined.push(next),
        }
    }
    if let Some(program) = joined.iter().position(is_program) {
        joined.swap(0, program);
    }
    if let [first, second, ..] = &*joined
        && first.file.starts_with("/anon_hugepage")
        && first.limit == second.start
    {
        joined.remove(0);
    }
    if let Some(first) = joined.first_mut().filter(|first| first.start.wrapping_sub(first.offset) == PROGRAM) {
        first.begin_with_file();
    }
    joined
}

/// Returns whether a mapping looks like a program's, and not like a library's or the kernel's.
fn is_program(mapping: &RawMapping) -> bool {
    let file = mapping.file.replace("(deleted)", "");
    let file = file.trim();
    let has_version = |library: &str| {
        let version = library.strip_prefix(['.', '_']);
        version.is_some_and(|version| version.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    let is_library =
        file.ends_with(".so") || file.match_indices(".so").any(|(at, so)| has_version(&file[at + so.len()..]));
    !file.is_empty() && !is_library && !file.starts_with('[')
}

/// Leaves out what logs put before a line: `… file.cc:17] `.
fn without_log_prefix(line: &str) -> &str {
    let behind = || {
        let (place, message) = line.split_at(line.find(['[', ']'])?);
        let (file, number) = place.rsplit_once(':')?;
        let is_place = !file.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let message = message.strip_prefix(']')?.strip_prefix(is_space)?;
        is_place.then_some(message)
    };
    behind().unwrap_or(line)
}

/// Puts the values of variables in their places; of several that fit, the one that was first.
fn replaced<'l>(line: &'l str, variables: &[(String, String)]) -> Result<Cow<'l, str>> {
    /// A value may hold those before it, so that a few lines could stand for terabytes.
    const MOST_BYTES: usize = 1 << 16;
    if variables.is_empty() || !line.contains('$') {
        return Ok(Cow::Borrowed(line));
    }
    let (mut text, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = rest.find('$') {
        text += &rest[..at];
        rest = &rest[at..];
        let (key, value) = variables.iter().find(|(key, _)| rest.starts_with(key)).map_or(("$", "$"), |(k, v)| (k, v));
        text += value;
        rest = &rest[key.len()..];
        if text.len() > MOST_BYTES {
            return Err(malformed(format!("a line of the mappings has more than {MOST_BYTES} bytes")));
        }
    }
    Ok(Cow::Owned(text + rest))
}

/// A line's parts, as text.
#[derive(Clone, Copy, Debug, Default)]
struct Entry<'l> {
    start: &'l str,
    limit: &'l str,
    access: &'l str,
    offset: &'l str,
    file: &'l str,
    build_id: &'l str,
}

impl Entry<'_> {
    fn has_code(&self) -> bool {
        self.access.is_empty() || self.access.contains('x')
    }

    fn mapping(&self) -> Option<RawMapping> {
        let number = |digits: &str| match digits {
            "" => Some(0),
            digits => u64::from_str_radix(digits, 16).ok(),
        };
        Some(RawMapping {
            start: number(self.start)?,
            limit: number(self.limit)?,
            offset: number(self.offset)?,
            file: self.file.to_owned(),
            build_id: self.build_id.to_owned(),
        })
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn is_hexadecimal(character: char) -> bool {
    character.is_ascii_hexdigit()
}

/// Splits off white space, at least one, and then one character or more that fit.
fn word(text: &str, fits: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let (space, rest) = split_while(text, is_space);
    let (word, rest) = split_while(rest, fits);
    (!space.is_empty() && !word.is_empty()).then_some((word, rest))
}

/// Splits off such a word if there is one.
fn optional(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    word(text, fits).unwrap_or(("", text))
}

/// Takes a line apart: `00400000-0040b000 r-xp 00000000 08:01 1234 /bin/cat`, as Linux has it, or shorter
/// `400000-40b000 /bin/cat (@0) abc123`.
fn entry(line: &str) -> Option<Entry<'_>> {
    let (range, rest) = range(line)?;
    Some(of_linux(range, rest).unwrap_or_else(|| brief(range, rest)))
}

/// Reads both addresses.
fn range(line: &str) -> Option<(Entry<'_>, &str)> {
    let without_prefix =
        |text| <str>::strip_prefix(text, "0x").filter(|rest| rest.starts_with(is_hexadecimal)).unwrap_or(text);
    let text = without_prefix(line.trim_start_matches(is_space));
    let (digits, _) = split_while(text, is_hexadecimal);
    // Where there is but one number, its last digits count as the second one.
    for length in (1..=digits.len()).rev() {
        let (start, rest) = text.split_at(length);
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(is_space);
        let (limit, rest) = split_while(without_prefix(rest), is_hexadecimal);
        if !limit.is_empty() {
            let entry = Entry { start, limit, ..Entry::default() };
            return Some((entry, rest.strip_prefix(':').unwrap_or(rest)));
        }
    }
    None
}

fn is_access(character: char) -> bool {
    matches!(character, '-' | 'r' | 'w' | 'x' | 'p')
}

fn of_linux<'l>(range: Entry<'l>, rest: &'l str) -> Option<Entry<'l>> {
    let (access, rest) = optional(rest, is_access);
    let device_and_file = |rest| {
        let (_, rest) = word(rest, is_hexadecimal)?;
        let (_, rest) = split_once_hexadecimal(rest)?;
        let (_, rest) = word(rest, |character| character.is_ascii_digit())?;
        Some(optional(rest, |character| !is_space(character)).0)
    };
    let with_offset = word(rest, is_hexadecimal).and_then(|(offset, rest)| Some((offset, device_and_file(rest)?)));
    let (offset, file) = with_offset.or_else(|| Some(("", device_and_file(rest)?)))?;
    Some(Entry { access, offset, file, ..range })
}

/// Splits off the second half of a device's number.
fn split_once_hexadecimal(text: &str) -> Option<(&str, &str)> {
    Some(split_while(text.strip_prefix(':')?, is_hexadecimal)).filter(|(digits, _)| !digits.is_empty())
}

fn brief<'l>(range: Entry<'l>, rest: &'l str) -> Entry<'l> {
    let (access, rest) = optional(rest, is_access);
    let (file, rest) = optional(rest, |character| !is_space(character));
    let in_parentheses = || {
        let (offset, rest) = split_while(rest.trim_start_matches(is_space).strip_prefix("(@")?, is_hexadecimal);
        let rest = rest.strip_prefix(')').filter(|_| !offset.is_empty())?;
        Some((offset, rest))
    };
    let (offset, rest) = in_parentheses().unwrap_or(("", rest));
    let (build_id, _) = optional(rest, is_hexadecimal);
    Entry { access, offset, file, build_id, ..range }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(start: u64, limit: u64, offset: u64, file: &str) -> RawMapping {
        RawMapping { start, limit, offset, file: file.to_owned(), build_id: String::new() }
    }

    fn read_text(text: &str) -> Vec<RawMapping> {
        read(&mut Lines::new(text)).expect("addresses are short")
    }

    #[test]
    fn lines_of_all_shapes_are_read() {
        for (line, expected) in [
            (
                "00400000-0040b000 r-xp 00001000 08:01 1234   /bin/cat",
                Some(mapping(0x40_0000, 0x40_b000, 0x1000, "/bin/cat")),
            ),
            ("00400000-0040b000 r-xp 00001000 08:01 1234", Some(mapping(0x40_0000, 0x40_b000, 0x1000, ""))),
            ("00400000-0040b000 rw-p 00001000 08:01 1234   /bin/cat", None),
            ("400000-40b000 08:01 12 /bin/cat", Some(mapping(0x40_0000, 0x40_b000, 0, "/bin/cat"))),
            ("  0x7000-0x8000: /lib/a.so (@FF00)", Some(mapping(0x7000, 0x8000, 0xff00, "/lib/a.so"))),
            ("I1121 10:00:00 7 main.cc:17] 7000-8000 r-xp 0 08:01 7 /a", Some(mapping(0x7000, 0x8000, 0, "/a"))),
            ("7000-8000", Some(mapping(0x7000, 0x8000, 0, ""))),
            ("some words", None),
        ] {
            assert_eq!(read_text(line), Vec::from_iter(expected), "{line}");
        }
        let with_id = read_text("40000-80000 /path/to/binary (@FF00) abc123456");
        assert_eq!((with_id[0].offset, &*with_id[0].build_id), (0xff00, "abc123456"));
        let with_variable = read_text("build=/home/app\n1000-2000 r-xp 0 08:01 7 $build/bin/$x\n");
        assert_eq!(with_variable[0].file, "/home/app/bin/$x");
        let twice = |number: u8| format!("v{}=0123456789$v{}$v{1}\n", char::from(number), char::from(number - 1));
        let growing: String = (b'a'..=b'z').map(twice).collect();
        assert!(read(&mut Lines::new(&growing)).is_err());
        assert!(read(&mut Lines::new("11112222333344445-2 r-xp 0 08:01 7 /a")).is_err());
    }

    #[test]
    fn parts_are_joined_and_the_program_is_first() {
        let text = "7000-8000 r-xp 0 08:01 7 /lib/libc.so.6\n1000-2000 r-xp 0 08:01 8 /bin/app\n\
                    2000-4000 r-xp 1000 08:01 8 /bin/app\n9000-a000 r-xp 0 0:0 0 [vdso]\n";
        let expected = [
            mapping(0x1000, 0x4000, 0, "/bin/app"),
            mapping(0x7000, 0x8000, 0, "/lib/libc.so.6"),
            mapping(0x9000, 0xa000, 0, "[vdso]"),
        ];
        assert_eq!(read_text(text), expected);
        assert_eq!(read_text("402000-404000 r-xp 2000 08:01 8 /a")[0], mapping(0x40_0000, 0x40_4000, 0, "/a"));
    }
}
