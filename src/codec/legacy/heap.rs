//! Text of what is allocated: gperftools' heap, growth and fragmentation profiles, and Go's heap profile.

use super::draft::{Draft, RawSample};
use super::lines::{
    Lines, addresses, after, calls, digits, is_before_mappings, is_blank_or_comment, number, signed_digits, split_while,
};
use super::malformed;
use crate::error::Result;

/// What the first line says.
struct Header {
    /// Mean bytes from one sampled byte to the next, if blocks were sampled by their bytes; 1 or less for all of them.
    rate: Option<i64>,
    period: i64,
    /// Whether there are columns of all allocations.
    has_allocated: bool,
}

/// Splits what all lines have: `1: 2 [ 3: 4 ] @`, and what stands behind it.
fn columns(line: &str) -> Option<([&str; 4], &str)> {
    let (objects, rest) = signed_digits(line)?;
    let (bytes, rest) = signed_digits(rest.strip_prefix(':')?.trim_start_matches(' '))?;
    let (all_objects, rest) = digits(after(rest, "[")?.trim_start_matches(' '))?;
    let (all_bytes, rest) = digits(rest.strip_prefix(':')?.trim_start_matches(' '))?;
    Some(([objects, bytes, all_objects, all_bytes], after(after(rest, "]")?, "@")?))
}

fn header(line: &str) -> Option<Header> {
    let (totals, place) = columns(line.trim_start().strip_prefix("heap profile:")?.trim_start_matches(' '))?;
    let place = place.trim_start_matches(' ');
    let (kind, rest) = split_while(place, |character| matches!(character, '_' | 'a'..='z' | '0'..='9'));
    if kind.starts_with("growth") || kind.starts_with("fragmentation") {
        return Some(Header { rate: None, period: 1, has_allocated: false });
    }
    let [objects, bytes, all_objects, all_bytes] = totals;
    let differs = |all: &str, one: &str| all != one && all != "0";
    let has_allocated = differs(all_objects, objects) || differs(all_bytes, bytes);
    let stated = match digits(rest.strip_prefix('/').unwrap_or(rest)) {
        Some((stated, _)) => number(stated).ok()?,
        None => 0,
    };
    let (rate, period) = match kind {
        "heap_v2" | "heapz_v2" => (Some(stated), stated),
        // Go says twice its rate.
        "heap" => (Some(stated / 2), stated / 2),
        "heapprofile" => (None, 1),
        _ => return None,
    };
    Some(Header { rate, period, has_allocated })
}

/// Returns whether this is the first line.
pub(super) fn is_start(line: &str) -> bool {
    header(line).is_some()
}

pub(super) fn read(lines: &mut Lines<'_>) -> Result<Draft> {
    let header = lines.advance().and_then(header).ok_or_else(|| malformed("expected the totals of a heap profile"))?;
    let types: &[(&str, &str)] = if header.has_allocated {
        &[("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")]
    } else {
        &[("objects", "count"), ("space", "bytes")]
    };
    let mut draft = Draft::new(types, ("space", "bytes"));
    draft.period = header.period;
    while let Some(line) = lines.advance() {
        let line = line.trim();
        if is_before_mappings(line) {
            break;
        }
        if !is_blank_or_comment(line) {
            draft.samples.push(sample(line, &header)?);
        }
    }
    Ok(draft)
}

/// Reads a line: objects and bytes in use, those allocated, and addresses.
fn sample(line: &str, header: &Header) -> Result<RawSample> {
    let expected = || malformed("expected objects and bytes, [ those allocated ], @ and addresses");
    let ([objects, bytes, all_objects, all_bytes], stack) = columns(line).ok_or_else(expected)?;
    let (mut values, mut block_bytes) = (Vec::with_capacity(4), 0);
    let allocated = header.has_allocated.then_some((all_objects, all_bytes));
    for (count, size) in allocated.into_iter().chain([(objects, bytes)]) {
        let (count, size) = (number(count)?, number(size)?);
        if count == 0 && size != 0 {
            return Err(malformed(format!("no objects have {size} bytes")));
        }
        if count != 0 {
            block_bytes = size.wrapping_div(count);
        }
        values.extend(scaled(count, size, header.rate));
    }
    // What follows is no part of the sample.
    let (stack, _) = split_while(stack, |character| matches!(character, ' ' | 'x' | '0'..='9' | 'a'..='f'));
    Ok(RawSample { stack: calls(addresses(stack)?), values, block_bytes: Some(block_bytes) })
}

/// Returns what samples of `count` blocks with `size` bytes together stand for, if each byte had the chance of one in
/// `rate` to be sampled. Blocks without bytes have none.
fn scaled(count: i64, size: i64, rate: Option<i64>) -> [i64; 2] {
    let Some(rate) = rate else { return [count, size] };
    if count == 0 || size == 0 {
        return [0, 0];
    }
    if rate <= 1 {
        return [count, size];
    }
    let mean = size as f64 / count as f64;
    let scale = 1.0 / (1.0 - (-mean / rate as f64).exp());
    [(count as f64 * scale) as i64, (size as f64 * scale) as i64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_values_mean() {
        let parts = |line: &str| header(line).map(|header| (header.rate, header.period, header.has_allocated));
        for (line, expected) in [
            ("heap profile: 1: 2 [3: 4] @ heap/1048576", Some((Some(524_288), 524_288, true))),
            ("heap profile:      1:        2 [     1:        2] @ heapprofile", Some((None, 1, false))),
            ("heap profile: 1: 2 [0: 0] @ heap_v2/524288", Some((Some(524_288), 524_288, false))),
            ("heap profile: 1: 2 [3: 4] @ heapz_v2/1", Some((Some(1), 1, true))),
            ("heap profile: 1: 2 [3: 4] @ growthz", Some((None, 1, false))),
            ("heap profile: 1: 2 [3: 4] @ fragmentation", Some((None, 1, false))),
            ("heap profile: 1: 2 [3: 4] @ heap_v3/1", None),
            ("heap profile: 1: 2 @ heap/1", None),
            ("heap profile: 1: 2 [3: 4] @ heap/99999999999999999999", None),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
    }

    #[test]
    fn samples_are_scaled_by_their_chance() {
        let header = Header { rate: Some(1000), period: 1000, has_allocated: true };
        let read = sample("1: 1000 [2: 2000] @ 0x11 0x21", &header).expect("a sample");
        assert_eq!((read.values, read.block_bytes, read.stack), (vec![3, 3163, 1, 1581], Some(1000), vec![0x10, 0x20]));
        let freed = sample("0: 0 [2: 500] @", &header).expect("a sample");
        assert_eq!((freed.block_bytes, &freed.values[2..]), (Some(250), &[0, 0][..]));
        for line in ["0: 5 [1: 5] @ 0x1", "1: 5 [1: 5]", "1: 5 @ 0x1", "99999999999999999999: 1 [1: 1] @"] {
            assert!(sample(line, &header).is_err(), "{line}");
        }
    }
}
