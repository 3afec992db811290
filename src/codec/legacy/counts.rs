//! Go's text of things that are counted: goroutines, threads, entries of a program's own profiles.

use super::draft::{Draft, RawSample};
use super::lines::{Lines, addresses, calls, digits, is_blank_or_comment, number, split_while};
use super::malformed;
use crate::error::Result;

/// Returns the name in the first line: `NAME profile: total 7`.
pub(super) fn name_in(line: &str) -> Option<&str> {
    let (name, rest) = split_while(line, |character| !character.is_ascii_whitespace());
    let (_, rest) = digits(rest.strip_prefix(" profile: total ")?)?;
    (!name.is_empty() && rest.is_empty()).then_some(name)
}

pub(super) fn read(lines: &mut Lines<'_>) -> Result<Draft> {
    let name = lines.advance_to_content().and_then(name_in).ok_or_else(|| malformed("expected a name and a total"))?;
    let mut draft = Draft::new(&[(name, "count")], (name, "count"));
    while let Some(line) = lines.advance() {
        if is_blank_or_comment(line) {
            continue;
        }
        if line.starts_with("---") {
            break;
        }
        draft.samples.push(sample(line)?);
    }
    Ok(draft)
}

/// Reads a line: `3 @ 0x2001 0x3100`.
fn sample(line: &str) -> Result<RawSample> {
    let expected = || malformed("expected a count, @ and addresses");
    let (count, rest) = digits(line).ok_or_else(expected)?;
    let stack = rest.strip_prefix(" @ ").ok_or_else(expected)?;
    let is_address = |word: &str| {
        let hexadecimal = |character| matches!(character, '0'..='9' | 'a'..='f');
        word.strip_prefix("0x").is_some_and(|digits| !digits.is_empty() && digits.chars().all(hexadecimal))
    };
    if !stack.split(' ').all(is_address) {
        return Err(expected());
    }
    Ok(RawSample { stack: calls(addresses(stack)?), values: vec![number(count)?], block_bytes: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_read_and_others_are_refused() {
        assert_eq!(sample("12 @ 0x10 0x21").expect("a sample").stack, [0xf, 0x20]);
        for line in ["12 @", "12 @ ", "x @ 0x1", "12 @ 0x1 0x", "12 @ 0x1 #", "-1 @ 0x1", "99999999999999999999 @ 0x1"]
        {
            assert!(sample(line).is_err(), "{line}");
        }
    }
}
