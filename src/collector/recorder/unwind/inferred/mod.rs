//! Rules of code that has none in `.eh_frame`, inferred from its instructions: assembly, and libraries in C that were
//! compiled without tables, as musl is.
//!
//! A function begins with the return address on top of the stack, or in its register. From there each instruction says
//! where the stack pointer is behind it, and where it leaves it is the same whichever way the code goes. What is not
//! reached that way is reached by a table of jumps, and is taken for a part of the function that has it, or it is a
//! function of its own: whichever has the stack pointer where a function has it when it returns.

mod state;

use super::instruction::{Effect, Instruction, InstructionSet};
use super::rule::Rule;
use state::State;

/// Longer pieces of code are left alone, to keep what is needed at a time to some 30 MB.
pub(super) const MAX_BYTES: u64 = 2 << 20;
/// Shorter ones are what aligns functions.
pub(super) const MIN_BYTES: u64 = 16;
/// A piece that is not longer and goes nowhere is such filler, too.
const MAX_FILLER: usize = 64;
/// How far code is followed to where it returns, on all ways together.
const MAX_STEPS: usize = 500;

/// How many instructions that do nothing may stand between functions.
const MAX_FILLERS: usize = 8;

/// The code between two functions that have rules, instruction by instruction.
struct Code<'c> {
    set: &'static InstructionSet,
    /// Where functions begin.
    entry: State,
    bytes: &'c [u8],
    /// Where it lies.
    address: u64,
    /// The offset of each instruction; bytes that are none are left out.
    offsets: Vec<u32>,
    instructions: Vec<Instruction>,
    states: Vec<Option<State>>,
    /// For each instruction the last search that came by.
    searches: Vec<u32>,
    search: u32,
    /// Ways that are still to be followed in a search, and whether there were calls on them.
    left: Vec<(usize, State, bool)>,
}

/// Passes the rules of the code at `address` to `keep`: first address, end, rule. `start` is where the program begins.
pub(super) fn infer(
    set: &'static InstructionSet,
    bytes: &[u8],
    address: u64,
    start: u64,
    keep: &mut impl FnMut(u64, u64, Rule),
) {
    let mut code = Code::read(set, bytes, address);
    if code.is_filler() {
        return;
    }
    let called = code.instructions.iter().filter_map(|found| code.called(*found));
    let mut entries: Vec<usize> = called.chain(code.at(start)).collect();
    entries.sort_unstable();
    entries.dedup();
    // Functions that are known as such come first: code may end with a call that does not return.
    for &entry in &entries {
        code.states[entry] = Some(code.entry);
    }
    for &entry in &entries {
        code.spread(entry, code.entry);
    }
    code.reach_the_rest(&entries);
    code.rules(keep);
}

impl<'c> Code<'c> {
    fn read(set: &'static InstructionSet, bytes: &'c [u8], address: u64) -> Self {
        let (mut offsets, mut instructions) = (Vec::new(), Vec::new());
        let mut offset = 0;
        while offset < bytes.len() {
            match (set.decode)(&bytes[offset..], address + offset as u64) {
                Some(instruction) => {
                    offsets.push(offset as u32); // At most `MAX_BYTES`.
                    instructions.push(instruction);
                    offset += instruction.length;
                }
                None => offset += 1,
            }
        }
        let states = vec![None; offsets.len()];
        let searches = vec![0; offsets.len()];
        let entry = State::entry(set);
        Self { set, entry, bytes, address, offsets, instructions, states, searches, search: 0, left: Vec::new() }
    }

    fn is_filler(&self) -> bool {
        let leads_on = |instruction: &Instruction| !matches!(instruction.effect, Effect::Plain | Effect::Stop);
        self.bytes.len() <= MAX_FILLER && !self.instructions.iter().any(leads_on)
    }

    /// Returns the instruction at an address; `None` if there is none.
    fn at(&self, address: u64) -> Option<usize> {
        let offset = u32::try_from(address.checked_sub(self.address)?).ok()?;
        self.offsets.binary_search(&offset).ok()
    }

    /// Returns the function that an instruction calls.
    fn called(&self, instruction: Instruction) -> Option<usize> {
        if let Effect::Call(target) = instruction.effect { self.at(target) } else { None }
    }

    /// Returns the instruction behind another one, unless the code never goes on there.
    fn next(&self, row: usize) -> Option<usize> {
        let ends =
            matches!(self.instructions[row].effect, Effect::Return | Effect::Jump(_) | Effect::JumpAway | Effect::Stop);
        let is_adjacent =
            self.offsets.get(row + 1) == Some(&(self.offsets[row] + self.instructions[row].length as u32));
        (!ends && is_adjacent).then_some(row + 1)
    }

    /// Returns where an instruction may jump to in this code.
    fn target(&self, row: usize) -> Option<usize> {
        match self.instructions[row].effect {
            Effect::Jump(target) | Effect::Branch(target) => self.at(target),
            _ => None,
        }
    }

    /// Returns whether an instruction is a call, or filler behind one.
    fn may_be_last(&self, row: usize) -> bool {
        let is_filler = |row: usize| (self.set.begins_with_filler)(&self.bytes[self.offsets[row] as usize..]);
        let before = (0..=row).rev().take(MAX_FILLERS).find(|&row| !is_filler(row));
        before.is_some_and(|row| matches!(self.instructions[row].effect, Effect::Call(_) | Effect::CallAway))
    }

    /// Returns whether an instruction stores the return address again, as only that of another function does.
    fn is_of_another(&self, row: usize, state: State) -> bool {
        state.has_stored() && matches!(self.instructions[row].effect, Effect::Store { return_address: Some(_), .. })
    }

    /// Follows all ways from an instruction to those that have no state yet.
    fn spread(&mut self, row: usize, state: State) {
        self.states[row] = Some(state);
        let mut left = vec![(row, state)];
        while let Some((row, state)) = left.pop() {
            let effect = self.instructions[row].effect;
            let after = state.after(effect);
            // What follows comes off first.
            for to in [self.target(row), self.next(row)].into_iter().flatten() {
                if self.states[to].is_some() {
                    continue;
                }
                // A call that does not return may be the last instruction of its function.
                let is_other = self.may_be_last(row)
                    && after != self.entry
                    && (self.is_of_another(to, after)
                        || self.returns(to, after) == Some(false) && self.returns(to, self.entry) == Some(true));
                let after = if is_other { self.entry } else { after };
                self.states[to] = Some(after);
                left.push((to, after));
            }
        }
    }

    /// Gives states to what no call, jump or step led to, between functions that begin at `entries`.
    fn reach_the_rest(&mut self, entries: &[usize]) {
        // The state at the last jump to where nobody knows.
        let mut scattered = None;
        for row in 0..self.instructions.len() {
            if entries.binary_search(&row).is_ok() {
                scattered = None;
            }
            if self.states[row].is_none() {
                let candidates = [Some(self.entry), scattered].map(|state| Some((state?, self.returns(row, state?))));
                let fitting = candidates.iter().flatten().find(|(_, returns)| *returns == Some(true));
                let possible = || candidates.iter().rev().flatten().find(|(_, returns)| returns.is_none());
                if let Some(&(state, _)) = fitting.or_else(possible) {
                    self.spread(row, state);
                    scattered = scattered.filter(|_| state != self.entry);
                }
            }
            if self.instructions[row].effect == Effect::JumpAway {
                scattered = self.states[row];
            }
        }
    }

    /// Returns whether code that begins in some state has the stack pointer where functions begin when it returns, on one
    /// way at least; `None` if it is not seen to return.
    fn returns(&mut self, row: usize, state: State) -> Option<bool> {
        self.search += 1;
        let mut found = None;
        let mut left = std::mem::take(&mut self.left);
        left.push((row, state, false));
        for _ in 0..MAX_STEPS {
            let Some((row, state, has_called)) = left.pop() else { break };
            let effect = self.instructions[row].effect;
            if state.is_at_odds_with(effect) {
                found = Some(false);
                break;
            }
            let after = state.after(effect);
            let is_elsewhere = matches!(effect, Effect::Jump(_)) && self.target(row).is_none();
            let mut excess = state
                .sp
                .filter(|_| effect == Effect::Return || is_elsewhere)
                .map(|sp| sp.wrapping_sub(self.set.entry_cfa));
            let has_called = has_called || matches!(effect, Effect::Call(_) | Effect::CallAway);
            for to in [self.target(row), self.next(row)].into_iter().flatten() {
                if let Some(known) = self.states[to] {
                    excess = after.sp.zip(known.sp).map(|(sp, known)| sp.wrapping_sub(known)).or(excess);
                } else if self.searches[to] != self.search {
                    if !self.is_of_another(to, after) {
                        self.searches[to] = self.search;
                        left.push((to, after, has_called));
                    } else if !has_called {
                        found = Some(false);
                    }
                }
                found = excess.map(|excess| excess == 0).or(found);
                if found == Some(true) {
                    break;
                }
            }
            found = excess.map(|excess| excess == 0).or(found);
            if found == Some(true) {
                break;
            }
        }
        left.clear();
        self.left = left;
        found
    }

    fn rules(&self, keep: &mut impl FnMut(u64, u64, Rule)) {
        let mut piece: Option<(u64, u64, Rule)> = None;
        let mut add = |first: u64, end: u64, rule: Rule| match &mut piece {
            Some((_, last_end, last)) if *last_end == first && *last == rule => *last_end = end,
            _ => {
                if let Some((first, end, rule)) =
                    piece.replace((first, end, rule)).filter(|last| last.2 != Rule::UNKNOWN)
                {
                    keep(first, end, rule);
                }
            }
        };
        let (mut signal_end, mut thread_end) = (0, 0);
        for (row, (&offset, instruction)) in self.offsets.iter().zip(&self.instructions).enumerate() {
            let first = self.address + u64::from(offset);
            let rest = &self.bytes[offset as usize..];
            let before = (self.set.before_signal_return)(rest);
            for start in [Some(0), before].into_iter().flatten() {
                let mut found = self.set.signal_returns.iter().filter(|code| rest[start..].starts_with(code));
                signal_end = found.next().map_or(signal_end, |code| first + (start + code.len()) as u64);
            }
            let end = first + instruction.length as u64;
            let is_last_call = matches!(instruction.effect, Effect::Call(_) | Effect::CallAway)
                && !self.set.thread_end.is_empty()
                && rest[instruction.length..].starts_with(self.set.thread_end);
            if is_last_call {
                thread_end = end + self.set.thread_end.len() as u64;
            }
            let rule = match () {
                () if first < signal_end => Rule::SIGNAL,
                () if first < thread_end => Rule::OUTERMOST,
                () => self.states[row].map_or(Rule::UNKNOWN, |state| state.rule(self.set)),
            };
            add(first, end, rule);
        }
        add(u64::MAX, u64::MAX, Rule::UNKNOWN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::recorder::unwind::instruction::{AARCH64, X86_64};
    use crate::collector::recorder::unwind::rule::{Kind, Saved};

    const ADDRESS: u64 = 0x1000;

    /// Returns the rule at each of the given offsets.
    fn rules<const N: usize>(code: &[u8], offsets: [usize; N]) -> [Rule; N] {
        let mut found = vec![Rule::UNKNOWN; code.len()];
        infer(&X86_64, code, ADDRESS, ADDRESS, &mut |first, end, rule| {
            found[(first - ADDRESS) as usize..(end - ADDRESS) as usize].fill(rule);
        });
        offsets.map(|offset| found[offset])
    }

    fn from_sp(offset: i64, saved: Saved) -> Rule {
        Rule::new(Kind::Sp, offset, saved, Saved::At(-8))
    }

    #[test]
    fn a_frame_pointer_is_followed_where_the_stack_pointer_is_not() {
        #[rustfmt::skip]
        let code = [
            0x55, // 0: push rbp
            0x48, 0x89, 0xe5, // 1: mov rbp, rsp
            0x53, // 4: push rbx
            0x48, 0x83, 0xec, 0x18, // 5: sub rsp, 24
            0x48, 0x29, 0xc4, // 9: sub rsp, rax
            0x31, 0xc0, // 12: xor eax, eax
            0x48, 0x8d, 0x65, 0xf8, // 14: lea rsp, [rbp - 8]
            0x5b, // 18: pop rbx
            0x5d, // 19: pop rbp
            0xc3, // 20: ret
        ];
        let saved = Saved::At(-16);
        let by_fp = Rule::new(Kind::Fp, 16, saved, Saved::At(-8));
        let expected = [
            from_sp(8, Saved::Same),
            from_sp(16, saved),
            from_sp(24, saved),
            from_sp(48, saved),
            by_fp,
            from_sp(24, saved),
            from_sp(16, saved),
            from_sp(8, Saved::Same),
        ];
        assert_eq!(rules(&code, [0, 1, 5, 9, 12, 18, 19, 20]), expected);
    }

    #[test]
    fn code_behind_a_call_that_does_not_return_is_another_function() {
        #[rustfmt::skip]
        let code = [
            0x48, 0x83, 0xec, 0x18, // 0: sub rsp, 24
            0x85, 0xff, // 4: test edi, edi
            0x75, 0x05, // 6: jne 13
            0x48, 0x83, 0xc4, 0x18, // 8: add rsp, 24
            0xc3, // 12: ret
            0xe8, 0, 0, 1, 0, // 13: call elsewhere
            0x53, // 18: push rbx
            0x5b, // 19: pop rbx
            0xc3, // 20: ret
        ];
        let expected = [8, 32, 8, 32, 8, 16, 8].map(|offset| from_sp(offset, Saved::Same));
        assert_eq!(rules(&code, [0, 4, 12, 13, 18, 19, 20]), expected);
    }

    #[test]
    fn code_behind_a_jump_through_a_table_is_of_the_same_function_if_it_returns_like_it() {
        #[rustfmt::skip]
        let code = [
            0x48, 0x83, 0xec, 0x18, // 0: sub rsp, 24
            0xff, 0xe0, // 4: jmp rax
            0x48, 0x83, 0xc4, 0x18, // 6: add rsp, 24
            0xc3, // 10: ret
            0x31, 0xc0, // 11: xor eax, eax
            0x48, 0x83, 0xc4, 0x18, // 13: add rsp, 24
            0xc3, // 17: ret
            0x53, // 18: push rbx
            0x5b, // 19: pop rbx
            0xc3, // 20: ret
        ];
        let expected = [32, 8, 32, 8, 8, 16, 8].map(|offset| from_sp(offset, Saved::Same));
        assert_eq!(rules(&code, [6, 10, 11, 17, 18, 19, 20]), expected);
    }

    #[test]
    fn a_program_begins_without_a_caller() {
        #[rustfmt::skip]
        let code = [
            0x48, 0x31, 0xed, // 0: xor rbp, rbp
            0x48, 0x89, 0xe7, // 3: mov rdi, rsp
            0x48, 0x83, 0xe4, 0xf0, // 6: and rsp, -16
            0xe8, 0, 0, 0, 0, // 10: call 15
            0x50, // 15: push rax
            0xff, 0xd7, // 16: call rdi
            0x58, // 18: pop rax
            0xc3, // 19: ret
        ];
        let expected = [
            Rule::OUTERMOST,
            Rule::OUTERMOST,
            from_sp(8, Saved::Same),
            from_sp(16, Saved::Same),
            from_sp(8, Saved::Same),
        ];
        assert_eq!(rules(&code, [3, 14, 15, 16, 19]), expected);
    }

    #[test]
    fn the_end_of_a_signals_handler_is_known_from_the_byte_before_it() {
        let code = [&[0xc3, 0x90][..], X86_64.signal_returns[0], &[0x50, 0x58, 0xc3]].concat();
        assert_eq!(rules(&code, [1, 2, 9, 10]), [Rule::SIGNAL; 4]);
        assert_eq!(rules(&code, [0, 11]), [from_sp(8, Saved::Same); 2]);
    }

    #[test]
    fn frames_of_gigabytes_have_no_rule() {
        // add rsp, -2^31; push rbp; pop rbp; ret, and the same after as much is taken off.
        let add: &[u8] = &[0x48, 0x81, 0xc4, 0, 0, 0, 0x80];
        let sub: &[u8] = &[0x48, 0x81, 0xec, 0, 0, 0, 0x80];
        let end: &[u8] = &[0x55, 0x5d, 0xc3];
        for code in [[add, end].concat(), [sub, end].concat(), [sub, add, add, end].concat()] {
            assert_eq!(rules(&code, [code.len() - 2]), [Rule::UNKNOWN]);
        }
        // add sp, sp, #0xfff, lsl #12 and add sp, sp, #0xfff, both 128 times; stp x29, x30, [sp, #496]; ret.
        let code = [&[0x917f_ffff_u32; 128][..], &[0x913f_ffff; 128], &[0xa91f_7bfd, 0xd65f_03c0]].concat();
        let code: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        infer(&AARCH64, &code, ADDRESS, ADDRESS, &mut |first, _, rule| {
            assert_eq!(rule, Rule::new(Kind::Sp, 0, Saved::Same, Saved::Same), "at {first:x}");
        });
    }

    #[test]
    fn return_addresses_are_followed_where_calls_have_them_in_a_register() {
        #[rustfmt::skip]
        let code: [u32; 20] = [
            0xa9bd_7bfd, // 0: stp x29, x30, [sp, #-48]!
            0x9100_03fd, // 1: mov x29, sp
            0xcb20_63ff, // 2: sub sp, sp, x0
            0x9400_0011, // 3: bl 20
            0x9100_03bf, // 4: mov sp, x29
            0xa8c3_7bfd, // 5: ldp x29, x30, [sp], #48
            0xd65f_03c0, // 6: ret
            0xd10b_c3ff, // 7: sub sp, sp, #752
            0xa900_7bfd, // 8: stp x29, x30, [sp]
            0xd63f_0020, // 9: blr x1
            0xa940_7bfd, // 10: ldp x29, x30, [sp]
            0x910b_c3ff, // 11: add sp, sp, #752
            0xd65f_03c0, // 12: ret
            0xaa13_03e0, // 13: mov x0, x19: of another function, which is left out
            0xd63f_0020, // 14: blr x1
            0xd65f_03c0, // 15: ret
            0xa8c1_03e1, // 16: ldp x1, x0, [sp], #16
            0xd63f_0020, // 17: blr x1
            0xd280_0ba8, // 18: mov x8, #93
            0xd400_0001, // 19: svc #0
        ];
        let code: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        let rule = |kind, offset, fp, return_address| Rule::new(kind, offset, fp, return_address);
        let entry = rule(Kind::Sp, 0, Saved::Same, Saved::Same);
        let by_fp = rule(Kind::Fp, 48, Saved::At(-48), Saved::At(-40));
        let in_second = rule(Kind::Sp, 752, Saved::At(-752), Saved::At(-744));
        let by_sp = rule(Kind::Sp, 48, Saved::At(-48), Saved::At(-40));
        let expected = [
            (0, entry),
            (1, by_sp),
            (3, by_fp),
            (5, by_sp),
            (6, entry),
            (7, entry),
            (8, rule(Kind::Sp, 752, Saved::Same, Saved::Same)),
            (9, in_second),
            (11, rule(Kind::Sp, 752, Saved::Same, Saved::Same)),
            (12, entry),
            (13, Rule::UNKNOWN),
            (14, Rule::UNKNOWN),
            (17, Rule::OUTERMOST),
            (19, Rule::OUTERMOST),
        ];
        let mut found = vec![Rule::UNKNOWN; code.len()];
        infer(&AARCH64, &code, ADDRESS, ADDRESS, &mut |first, end, rule| {
            found[(first - ADDRESS) as usize..(end - ADDRESS) as usize].fill(rule);
        });
        for (row, rule) in expected {
            assert_eq!(found[4 * row], rule, "at {row}");
        }
    }

    #[test]
    fn any_bytes_have_some_rules_or_none() {
        let mut number = 1_u64;
        for size in (0..if cfg!(miri) { 200 } else { 4000 }).step_by(97) {
            let next = |_| {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (number >> 33) as u8
            };
            let code: Vec<u8> = (0..size).map(next).collect();
            for set in [&X86_64, &AARCH64] {
                let mut last = ADDRESS;
                infer(set, &code, ADDRESS, ADDRESS, &mut |first, end, _| {
                    assert!(last <= first && first < end && end <= ADDRESS + size as u64);
                    last = end;
                });
            }
        }
    }
}
