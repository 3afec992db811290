//! Text of waits for locks: gperftools' `contentionz`, and Go's block and mutex profiles.

use super::draft::{Draft, RawSample};
use super::lines::{Lines, addresses, after, calls, digits, is_blank_or_comment, number};
use super::{malformed, of_java};
use crate::error::Result;

/// Returns whether this is the first line.
pub(super) fn is_start(line: &str) -> bool {
    ["--- contentionz ", "--- mutex:", "--- contention:"].iter().any(|start| line.starts_with(start))
}

/// What the lines before the samples say of their values.
struct Scale {
    /// How many events a sample stands for.
    period: i64,
    /// In how many units of time a second has; 0 if they are nanoseconds.
    per_second: i64,
}

pub(super) fn read(lines: &mut Lines<'_>) -> Result<Draft> {
    lines.advance();
    let mut draft = Draft::new(&[("contentions", "count"), ("delay", "nanoseconds")], ("contentions", "count"));
    let mut scale = Scale { period: 1, per_second: 0 };
    attributes(lines, &mut draft, &mut scale)?;
    draft.period = scale.period;
    loop {
        let line = lines.current().trim();
        if line.starts_with("---") {
            break;
        }
        if !is_blank_or_comment(line) {
            draft.samples.push(sample(line, &scale)?);
        }
        if lines.advance().is_none() {
            break;
        }
    }
    Ok(draft)
}

/// Reads lines of `key = value`; behind it, the first other one is the current one.
fn attributes(lines: &mut Lines<'_>, draft: &mut Draft, scale: &mut Scale) -> Result<()> {
    while let Some(line) = lines.advance_to_content() {
        let Some((key, value)) = line.split_once('=').filter(|_| !line.trim().starts_with("---")) else { break };
        let value = value.trim();
        match key.trim() {
            "cycles/second" => scale.per_second = number(value)?,
            "sampling period" => scale.period = number(value)?,
            "ms since reset" => draft.duration_nanos = number(value)?.wrapping_mul(1_000_000),
            "discarded samples" => {}
            "format" | "resolution" => return Err(of_java()),
            key => return Err(malformed(format!("{key:?} is no known attribute"))),
        }
    }
    Ok(())
}

/// Reads a line: time and number of waits, and addresses.
fn sample(line: &str, scale: &Scale) -> Result<RawSample> {
    let expected = || malformed("expected time and number of waits, @ and addresses");
    let (time, rest) = digits(line).ok_or_else(expected)?;
    let (count, rest) = digits(rest.trim_start_matches(' ')).ok_or_else(expected)?;
    let stack = after(rest, "@").ok_or_else(expected)?;
    let (mut time, mut count) = (number(time)?, number(count)?);
    if scale.period > 0 {
        if scale.per_second > 0 {
            let per_nano = scale.per_second as f64 / 1e9;
            time = (time as f64 * scale.period as f64 / per_nano) as i64;
        }
        count = count.wrapping_mul(scale.period);
    }
    Ok(RawSample { stack: calls(addresses(stack)?), values: vec![count, time], block_bytes: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_scaled_by_period_and_clock() {
        let values =
            |period, per_second| sample("3000 2 @ 0x11", &Scale { period, per_second }).expect("a sample").values;
        assert_eq!(values(1, 0), [2, 3000]);
        assert_eq!(values(100, 3_000_000_000), [200, 100_000]);
        assert_eq!(values(0, 3_000_000_000), [2, 3000]);
        assert!(sample("3000 @ 0x11", &Scale { period: 1, per_second: 0 }).is_err());
    }
}
