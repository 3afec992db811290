//! The rules of a whole object, sorted by address: looking one up takes a binary search and no memory.

use std::collections::HashMap;

use super::eh_frame::{self, Section};
use super::program::Architecture;
use super::rule::Rule;

/// The rules of an object's code, by offset from the object's first address.
///
/// It holds 8 bytes for each place where the rule changes, and never changes itself.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Where each piece of code begins; ascending. The last piece has an unknown rule.
    starts: Box<[u32]>,
    /// The row in `rules` of each piece; as long as `starts`.
    rule_rows: Box<[u32]>,
    /// The distinct rules.
    rules: Box<[Rule]>,
}

impl Table {
    /// Makes the table of an object whose first address is `base`.
    pub(crate) fn build(section: Section<'_>, header_address: u64, base: u64, architecture: &Architecture) -> Self {
        // The end of a function comes before the start of another at the same place, which then wins.
        let mut pieces: Vec<(u32, bool, Rule)> = Vec::new();
        eh_frame::read(section, header_address, architecture, &mut |first, end, rule| {
            let offset = |address: u64| u32::try_from(address.checked_sub(base)?).ok();
            if let (Some(first), Some(end)) = (offset(first), offset(end)) {
                if let Some(last) = pieces.last_mut().filter(|last| !last.1 && last.0 == first) {
                    *last = (first, true, rule); // Code goes on where the function's last piece ended.
                } else {
                    pieces.push((first, true, rule));
                }
                pieces.push((end, false, Rule::UNKNOWN));
            }
        });
        pieces.sort_by_key(|&(start, is_code, _)| (start, is_code));
        let mut starts: Vec<u32> = Vec::with_capacity(pieces.len());
        let mut rule_rows = Vec::with_capacity(pieces.len());
        let mut rules = Vec::new();
        let mut rows: HashMap<Rule, u32> = HashMap::new();
        for (start, _, rule) in pieces {
            let next_row = rows.len() as u32; // Fewer than pieces, which have distinct 32-bit places.
            let row = *rows.entry(rule).or_insert(next_row);
            if row as usize == rules.len() {
                rules.push(rule);
            }
            if starts.last() == Some(&start) {
                starts.pop();
                rule_rows.pop();
            }
            if rule_rows.last() != Some(&row) {
                starts.push(start);
                rule_rows.push(row);
            }
        }
        Self { starts: starts.into(), rule_rows: rule_rows.into(), rules: rules.into() }
    }

    /// Returns the rule of the instruction at `offset`.
    ///
    /// Cost: a binary search; no allocation, so it is allowed in a handler.
    pub(crate) fn find(&self, offset: u32) -> Rule {
        let after = self.starts.partition_point(|&start| start <= offset);
        let Some(piece) = after.checked_sub(1) else { return Rule::UNKNOWN };
        self.rules[self.rule_rows[piece] as usize]
    }

    /// Returns how many pieces of code there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }
}
