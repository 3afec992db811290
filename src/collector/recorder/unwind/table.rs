//! The rules of a whole object, sorted by address: looking one up takes a binary search and no memory.

use std::collections::HashMap;
use std::ops::Range;

use super::eh_frame::{self, Section};
use super::inferred;
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

/// A table in the making.
pub(crate) struct TableBuilder {
    /// The object's first address.
    base: u64,
    /// Where each piece of code begins, and where it ends: a place, whether code begins there, and its rule.
    pieces: Vec<(u32, bool, Rule)>,
}

impl TableBuilder {
    /// Begins the table of an object whose first address is `base`.
    pub(crate) fn new(base: u64) -> Self {
        Self { base, pieces: Vec::new() }
    }

    /// Adds the rules of `.eh_frame`.
    pub(crate) fn add_section(&mut self, section: Section<'_>, header_address: u64, architecture: &Architecture) {
        eh_frame::read(section, header_address, architecture, &mut |first, end, rule| self.add(first, end, rule));
    }

    /// Returns the code at some addresses that has no rules, and is more than what aligns functions.
    pub(crate) fn gaps(&mut self, code: Range<u64>) -> Vec<Range<u64>> {
        self.sort();
        let mut gaps = Vec::new();
        let mut last_end = Some(code.start);
        let ends = self.pieces.iter().map(|&(start, is_code, _)| (self.base + u64::from(start), is_code));
        for (address, is_code) in ends.chain([(code.end, true)]).filter(|&(address, _)| address >= code.start) {
            let address = address.min(code.end);
            let size = last_end.map_or(0, |end| address.saturating_sub(end));
            if is_code && (inferred::MIN_BYTES..=inferred::MAX_BYTES).contains(&size) {
                gaps.push(address - size..address);
            }
            last_end = (!is_code).then_some(address);
        }
        gaps
    }

    /// Adds rules of code that has none, by its instructions; the program begins at `start`.
    pub(crate) fn add_inferred(&mut self, code: Section<'_>, start: u64, architecture: &Architecture) {
        let set = architecture.instructions;
        inferred::infer(set, code.bytes, code.address, start, &mut |first, end, rule| self.add(first, end, rule));
    }

    fn add(&mut self, first: u64, end: u64, rule: Rule) {
        let offset = |address: u64| u32::try_from(address.checked_sub(self.base)?).ok();
        if let (Some(first), Some(end)) = (offset(first), offset(end)) {
            if let Some(last) = self.pieces.last_mut().filter(|last| !last.1 && last.0 == first) {
                *last = (first, true, rule); // Code goes on where the function's last piece ended.
            } else {
                self.pieces.push((first, true, rule));
            }
            self.pieces.push((end, false, Rule::UNKNOWN));
        }
    }

    fn sort(&mut self) {
        // The end of a function comes before the start of another at the same place, which then wins.
        self.pieces.sort_by_key(|&(start, is_code, _)| (start, is_code));
    }

    /// Makes the table.
    pub(crate) fn finish(mut self) -> Table {
        self.sort();
        let mut starts: Vec<u32> = Vec::with_capacity(self.pieces.len());
        let mut rule_rows = Vec::with_capacity(self.pieces.len());
        let mut rules = Vec::new();
        let mut rows: HashMap<Rule, u32> = HashMap::new();
        for (start, _, rule) in self.pieces {
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
        Table { starts: starts.into(), rule_rows: rule_rows.into(), rules: rules.into() }
    }
}

impl Table {
    /// Returns the rule of the instruction at `offset`.
    ///
    /// Cost: a binary search; no allocation, so it is allowed in a handler.
    pub(crate) fn find(&self, offset: u32) -> Rule {
        let after = self.starts.partition_point(|&start| start <= offset);
        let Some(piece) = after.checked_sub(1) else { return Rule::UNKNOWN };
        self.rules[self.rule_rows[piece] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::recorder::unwind::program::{AARCH64, X86_64};
    use crate::collector::recorder::unwind::rule::{Kind, Saved};

    /// Where the section of the tests lies in memory.
    const SECTION: u64 = 0x1_0000;
    /// Where its function begins.
    const FUNCTION: u32 = 0x1000;
    const FUNCTION_SIZE: u32 = 0x40;

    /// Makes a section of a common entry and one function, by their programs.
    fn section(head: &[u8], augmentation: &[u8], common: &[u8], function: &[u8]) -> Vec<u8> {
        const FROM_HERE_32: u8 = 0x1b;
        let mut body = vec![0, 0, 0, 0, 1];
        body.extend_from_slice(augmentation);
        body.push(0);
        body.extend_from_slice(head);
        body.extend_from_slice(&[1, FROM_HERE_32]);
        body.extend_from_slice(common);
        let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
        bytes.append(&mut body);
        let start = bytes.len() + 4;
        let mut body = (start as u32).to_le_bytes().to_vec();
        let here = SECTION as u32 + start as u32 + 4;
        body.extend(FUNCTION.wrapping_sub(here).to_le_bytes());
        body.extend(FUNCTION_SIZE.to_le_bytes());
        body.push(0);
        body.extend_from_slice(function);
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.append(&mut body);
        bytes.extend([0; 4]);
        bytes
    }

    fn table(bytes: &[u8], architecture: &Architecture) -> Table {
        let mut builder = TableBuilder::new(0);
        builder.add_section(Section { bytes, address: SECTION }, 0, architecture);
        builder.finish()
    }

    #[track_caller]
    fn check(bytes: &[u8], architecture: &Architecture, expected: &[(u32, Rule)]) {
        let table = table(bytes, architecture);
        for &(offset, rule) in expected {
            assert_eq!(table.find(FUNCTION + offset), rule, "at {offset:#x}");
        }
        assert_eq!(table.find(FUNCTION - 1), Rule::UNKNOWN);
        assert_eq!(table.find(FUNCTION + FUNCTION_SIZE), Rule::UNKNOWN);
    }

    #[test]
    fn a_function_of_x86_64_pushes_its_frame_pointer() {
        let head = [1, 0x78, 16];
        let common = [0x0c, 7, 8, 0x80 | 16, 1];
        // push rbp; mov rbp, rsp; …; remember, pop rbp; ret; restore.
        let function = [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x50, 0x0a, 0x0c, 7, 8, 0xc6, 0x41, 0x0b];
        let at = |kind, offset, fp| Rule::new(kind, offset, fp, Saved::At(-8));
        let expected = [
            (0, at(Kind::Sp, 8, Saved::Same)),
            (1, at(Kind::Sp, 16, Saved::At(-16))),
            (4, at(Kind::Fp, 16, Saved::At(-16))),
            (0x14, at(Kind::Sp, 8, Saved::Same)),
            (0x15, at(Kind::Fp, 16, Saved::At(-16))),
            (0x3f, at(Kind::Fp, 16, Saved::At(-16))),
        ];
        check(&section(&head, b"zR", &common, &function), &X86_64, &expected);
    }

    #[test]
    fn a_function_of_aarch64_saves_frame_pointer_and_link() {
        let head = [4, 0x78, 30];
        let common = [0x0c, 31, 0];
        // paciasp; stp x29, x30, [sp, -32]!; …; ldp x29, x30, [sp], 32; ret.
        let function = [0x41, 0x2d, 0x41, 0x0e, 32, 0x80 | 29, 4, 0x80 | 30, 3, 0x45, 0xc0 | 30, 0xc0 | 29, 0x0e, 0];
        let leaf = Rule::new(Kind::Sp, 0, Saved::Same, Saved::Same);
        let expected = [(0, leaf), (4, leaf), (8, Rule::new(Kind::Sp, 32, Saved::At(-32), Saved::At(-24))), (28, leaf)];
        check(&section(&head, b"zR", &common, &function), &AARCH64, &expected);
    }

    #[test]
    fn special_frames_have_special_rules() {
        let head = [1, 0x78, 16];
        let common = [0x0c, 7, 8, 0x80 | 16, 1];
        let rule_of = |augmentation: &[u8], function: &[u8]| {
            let bytes = section(&head, augmentation, &common, function);
            table(&bytes, &X86_64).find(FUNCTION)
        };
        assert_eq!(rule_of(b"zRS", &[]), Rule::SIGNAL);
        assert_eq!(rule_of(b"zR", &[0x07, 16]), Rule::OUTERMOST);
        // The CFA in another register than those that are followed.
        assert_eq!(rule_of(b"zR", &[0x0c, 3, 16]), Rule::UNKNOWN);
        let plt = [0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];
        assert_eq!(rule_of(b"zR", &plt), Rule::new(Kind::Plt, 88, Saved::Same, Saved::At(-8)));
        // A realigned stack: the CFA is the word at rbp - 8, and rbp was saved where rbp points.
        let realigned = [0x0f, 3, 0x76, 0x78, 0x06, 0x10, 6, 2, 0x76, 0];
        assert_eq!(rule_of(b"zR", &realigned), Rule::new(Kind::AtFp, -8, Saved::At(0), Saved::At(-8)));
        // The same without a frame pointer: the word at rsp + 152 is 8 less than the CFA.
        let saved = [0x0f, 6, 0x77, 0x98, 0x01, 0x06, 0x23, 8, 0x80 | 6, 3];
        assert_eq!(rule_of(b"zR", &saved), Rule::new(Kind::AtSp, 152, Saved::At(-24), Saved::At(-8)));
    }

    #[test]
    fn any_bytes_make_a_table() {
        let good = section(&[1, 0x78, 16], b"zR", &[0x0c, 7, 8, 0x90, 1], &[0x41, 0x0e, 16, 0x86, 2]);
        for position in (0..good.len()).step_by(if cfg!(miri) { 7 } else { 1 }) {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[position] = value;
                table(&bad, &X86_64);
                table(&bad[..position], &X86_64);
            }
        }
    }
}
