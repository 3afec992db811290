//! The lines of a text, and the numbers in them.

use super::malformed;
use crate::error::Result;

/// What stands before a list of mappings.
const BEFORE_MAPPINGS: [&str; 2] = ["--- Memory map: ---", "MAPPED_LIBRARIES:"];

/// Returns whether a line says nothing.
pub(super) fn is_blank_or_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Returns whether a list of mappings follows.
pub(super) fn is_before_mappings(line: &str) -> bool {
    BEFORE_MAPPINGS.iter().any(|words| line.contains(words))
}

/// A text's lines, one of which is the current one.
pub(super) struct Lines<'t> {
    rest: std::str::Lines<'t>,
    current: &'t str,
    number: usize,
}

impl<'t> Lines<'t> {
    /// Begins before the first line.
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.lines(), current: "", number: 0 }
    }

    /// Goes to the next line and returns it; `None` at the end, where the current line is an empty one.
    pub(super) fn advance(&mut self) -> Option<&'t str> {
        let next = self.rest.next();
        self.number += usize::from(next.is_some());
        self.current = next.unwrap_or_default();
        next
    }

    /// Goes to the next line that says something.
    pub(super) fn advance_to_content(&mut self) -> Option<&'t str> {
        loop {
            let line = self.advance()?;
            if !is_blank_or_comment(line) {
                return Some(line);
            }
        }
    }

    /// Returns the current line.
    pub(super) fn current(&self) -> &'t str {
        self.current
    }

    /// Returns the number of the current line, from 1.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Goes to the line before the mappings, or to the end.
    pub(super) fn skip_to_mappings(&mut self) {
        while !is_before_mappings(self.current) && self.advance().is_some() {}
    }
}

/// Splits off the longest beginning of characters that fit.
pub(super) fn split_while(text: &str, fits: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|character| !fits(character)).unwrap_or(text.len()))
}

/// Splits off a number of decimal digits; `None` if there is none.
pub(super) fn digits(text: &str) -> Option<(&str, &str)> {
    Some(split_while(text, |character| character.is_ascii_digit())).filter(|(digits, _)| !digits.is_empty())
}

/// Splits off a number that may be negative.
pub(super) fn signed_digits(text: &str) -> Option<(&str, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (_, rest) = digits(unsigned)?;
    Some((&text[..text.len() - rest.len()], rest))
}

/// Leaves out spaces, and what must follow them.
pub(super) fn after<'t>(text: &'t str, expected: &str) -> Option<&'t str> {
    text.trim_start_matches(' ').strip_prefix(expected)
}

/// Returns a number of 64 bits.
pub(super) fn number(digits: &str) -> Result<i64> {
    digits.parse().map_err(|_| malformed(format!("{digits:?} is no number of 64 bits")))
}

/// Returns the addresses in what stands behind the `@` of a sample: `0x` and hexadecimal digits, spaces between them.
pub(super) fn addresses(text: &str) -> Result<Vec<u64>> {
    let is_digit = |character: char| matches!(character, '0'..='9' | 'a'..='f');
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find("0x") {
        let (digits, behind) = split_while(&rest[at + 2..], is_digit);
        if !digits.is_empty() {
            let too_long = |_| malformed(format!("0x{digits} is no address of 64 bits"));
            found.push(u64::from_str_radix(digits, 16).map_err(too_long)?);
        }
        rest = behind;
    }
    Ok(found)
}

/// Returns return addresses as those of the calls before them.
pub(super) fn calls(addresses: Vec<u64>) -> Vec<u64> {
    addresses.into_iter().map(|address| address.wrapping_sub(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_text() {
        assert_eq!(addresses(" 0x1f 0x2  0x").expect("they are short"), [0x1f, 2]);
        assert_eq!(calls(addresses("0x10 0x0").expect("they are short")), [15, u64::MAX]);
        assert!(addresses("0x11112222333344445").is_err());
        assert_eq!(signed_digits("-12: 4"), Some(("-12", ": 4")));
        assert_eq!(signed_digits("-: 4"), None);
        assert_eq!(after("  [ 3", "["), Some(" 3"));
    }
}
