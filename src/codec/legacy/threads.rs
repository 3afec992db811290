//! Text of the stacks of all threads: `threadz`.

use super::draft::{Draft, RawSample};
use super::lines::{Lines, addresses, is_before_mappings, split_while};
use super::malformed;
use crate::error::Result;

/// Returns whether this is the first line that says something.
pub(super) fn is_start(line: &str) -> bool {
    is_title(line) || is_thread(line)
}

/// Returns whether a line has `--- threadz 1 ---`.
fn is_title(line: &str) -> bool {
    line.match_indices("--- threadz ").any(|(at, words)| {
        let (digits, rest) = split_while(&line[at + words.len()..], |character| character.is_ascii_digit());
        !digits.is_empty() && rest.starts_with(" ---")
    })
}

/// Returns whether a line has `--- Thread 7f00 (name: main/12) stack: ---`.
fn is_thread(line: &str) -> bool {
    let Some((_, rest)) = line.split_once("--- Thread ") else { return false };
    let (id, rest) = split_while(rest, |character| character.is_ascii_hexdigit());
    let Some((name, _)) = rest.strip_prefix(" (name: ").and_then(|rest| rest.rsplit_once(") stack: ---")) else {
        return false;
    };
    let has_number = |(_, number): (&str, &str)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    !id.is_empty() && name.rsplit_once('/').is_some_and(has_number)
}

pub(super) fn read(lines: &mut Lines<'_>) -> Result<Draft> {
    let first = lines.advance_to_content().unwrap_or_default();
    if is_title(first) {
        while lines.advance().is_some_and(|line| !is_before_mappings(line) && !line.starts_with('-')) {}
    }
    let mut draft = Draft::new(&[("thread", "count")], ("thread", "count"));
    while !is_before_mappings(lines.current()) && !lines.current().starts_with("---- no stack trace for") {
        if !is_thread(lines.current().trim()) {
            return Err(malformed("expected a thread, or mappings"));
        }
        let stack = stack(lines)?;
        match (stack.is_empty(), draft.samples.last_mut()) {
            (true, Some(same)) => same.values[0] += 1,
            (true, None) => {}
            (false, _) => draft.samples.push(RawSample { stack, values: vec![1], block_bytes: None }),
        }
    }
    draft.drop_doubled_leaves();
    Ok(draft)
}

/// Reads the addresses up to the next line of dashes; none if they are those of the thread before.
fn stack(lines: &mut Lines<'_>) -> Result<Vec<u64>> {
    let (mut found, mut is_same) = (Vec::new(), false);
    while let Some(line) = lines.advance() {
        let line = line.trim();
        if line.starts_with("---") {
            break;
        }
        if line.contains("same as previous thread") {
            is_same = true;
        } else {
            found.extend(addresses(line)?);
        }
    }
    if is_same {
        return Ok(Vec::new());
    }
    // The leaf is where the thread is; the others are where calls return to.
    found.iter_mut().skip(1).for_each(|address| *address = address.wrapping_sub(1));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_with_the_same_stack_are_one_sample() {
        let text = "--- threadz 1 ---\n\n--- Thread 7f1 (name: main/1) stack: ---\n PC: 0x10 \n 0x21 0x31\n\
                    --- Thread 7f2 (name: a/b/2) stack: ---\n [same as previous thread]\n--- Memory map: ---\n";
        let draft = read(&mut Lines::new(text)).expect("it is right");
        assert_eq!(draft.samples.len(), 1);
        assert_eq!((&*draft.samples[0].stack, &*draft.samples[0].values), (&[0x10, 0x20, 0x30][..], &[2][..]));
        assert!(read(&mut Lines::new("--- threadz 1 ---\n--- Something ---\n")).is_err());
        assert!(!is_thread("--- Thread 7f1 (name: main) stack: ---"));
    }
}
