//! The frames of a thread's last walk: as far as the stack is as it was, the next walk goes along without rules.
//!
//! Following a frame by its rule takes some fifteen cycles one after the other, since each address is found by the one
//! before. What the last walk read is known beforehand: from a frame where all registers are as they were then, comparing
//! the words that it read from there on can be done in any order, and so several frames at a time.

use std::borrow::Borrow;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::End;
use super::rule::Rule;
use super::step::plain_words;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;
use crate::collector::sys::zeroed;

/// How many frames are kept, the outermost ones, and how many new ones a walk may find to be kept.
const FRAMES: usize = 128;

/// Program counter, stack pointer and frame pointer in a frame, and its rule.
type Frame = [AtomicU64; 4];

/// A shorter way than by rules.
pub(crate) trait Shortcut {
    /// Goes on from a caller at `registers` as long as the way is known, passing each caller's address to `emit`.
    ///
    /// Returns where that leads. It passes at most `limit` addresses, and lowers it by as many.
    fn follow(
        &mut self,
        registers: Registers,
        known: StackMemory,
        limit: &mut usize,
        emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End>;

    /// Takes note of a frame from where the way was not known; `is_leaf` tells that it is at its own address.
    fn note(&mut self, registers: Registers, rule: Rule, is_leaf: bool);

    /// Takes note that the walk came to the outermost frame.
    fn complete(&mut self);
}

/// No shortcut.
impl Shortcut for () {
    #[inline]
    fn follow(
        &mut self,
        registers: Registers,
        _known: StackMemory,
        _limit: &mut usize,
        _emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End> {
        Ok(registers)
    }

    #[inline]
    fn note(&mut self, _registers: Registers, _rule: Rule, _is_leaf: bool) {}

    #[inline]
    fn complete(&mut self) {}
}

/// A shortcut that a walk may do without.
impl<S: Shortcut> Shortcut for Option<S> {
    #[inline]
    fn follow(
        &mut self,
        registers: Registers,
        known: StackMemory,
        limit: &mut usize,
        emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End> {
        self.as_mut().map_or(Ok(registers), |shortcut| shortcut.follow(registers, known, limit, emit))
    }

    #[inline]
    fn note(&mut self, registers: Registers, rule: Rule, is_leaf: bool) {
        if let Some(shortcut) = self {
            shortcut.note(registers, rule, is_leaf);
        }
    }

    #[inline]
    fn complete(&mut self) {
        if let Some(shortcut) = self {
            shortcut.complete();
        }
    }
}

/// The words of `FRAMES` kept frames and as many new ones.
type Words = [AtomicU64; 2 * FRAMES * 4];

/// The last whole stack of a thread.
pub(crate) struct Trail<W = Box<Words>> {
    /// `FRAMES` frames, of which those from `begin` on are the last stack, the outermost one at the end; then as many
    /// for a walk to note in what it finds.
    frames: W,
    begin: AtomicUsize,
    /// What the rules are of; 0 as long as there was no walk.
    generation: AtomicU64,
}

/// A trail in static memory.
pub(crate) type StaticTrail = Trail<Words>;

/// A walk along a trail.
pub(crate) struct Pass<'t> {
    begin: &'t AtomicUsize,
    kept: &'t [Frame],
    fresh: &'t [Frame],
    /// The kept frame that the walk is at, if it follows the trail; else the first one that it may come to.
    place: usize,
    /// Where the walk came upon the trail, if it follows it.
    joined: Option<usize>,
    /// How many new frames there are before that; of more than there is room for, the last ones are noted.
    fresh_count: usize,
}

fn is_at(frame: &Frame, registers: Registers) -> bool {
    let [pc, sp, fp, _] = frame.each_ref().map(|word| word.load(Ordering::Relaxed));
    (pc, sp, fp) == (registers.pc, registers.sp, registers.fp)
}

fn copy(from: &Frame, to: &Frame) {
    for (from, to) in from.iter().zip(to) {
        to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// Returns for how many of `frames` a walk that is at the first one leads to the next one, as it did before.
#[inline(never)]
fn unchanged(frames: &[Frame], known: StackMemory) -> usize {
    let mut rule = Rule::UNKNOWN;
    for (index, frame) in frames.iter().enumerate() {
        let [pc, sp, fp, next_rule] = frame.each_ref().map(|word| word.load(Ordering::Relaxed));
        if index > 0 {
            let Some((saved_fp, saved_pc)) = plain_words(rule, sp, known) else { return index - 1 };
            if !rule.is_plain() || saved_pc != pc || (saved_fp != fp && rule.restores_fp()) {
                return index - 1;
            }
        }
        rule = Rule::from_bits(next_rule);
    }
    frames.len() - 1
}

impl Trail {
    /// Makes an empty trail.
    pub(crate) fn new() -> Self {
        let frames = zeroed::words(2 * FRAMES * 4).try_into().expect("as many words as were asked for");
        Self { frames, begin: AtomicUsize::new(0), generation: AtomicU64::new(0) }
    }
}

impl StaticTrail {
    /// Makes an empty trail; all its bytes are 0.
    pub(crate) const fn empty() -> Self {
        let frames = [const { AtomicU64::new(0) }; 2 * FRAMES * 4];
        Self { frames, begin: AtomicUsize::new(0), generation: AtomicU64::new(0) }
    }
}

impl<W: Borrow<Words>> Trail<W> {
    /// Begins a walk by the rules of a generation of modules, which is not 0; only one at a time.
    #[inline]
    pub(crate) fn pass(&self, generation: u64) -> Pass<'_> {
        if self.generation.load(Ordering::Relaxed) != generation {
            self.begin.store(FRAMES, Ordering::Relaxed);
            self.generation.store(generation, Ordering::Relaxed);
        }
        let (kept, fresh) = self.frames.borrow().as_chunks().0.split_at(FRAMES);
        let place = self.begin.load(Ordering::Relaxed);
        Pass { begin: &self.begin, kept, fresh, place, joined: None, fresh_count: 0 }
    }
}

impl Pass<'_> {
    /// Looks for a frame with these registers; they ascend from frame to frame.
    #[inline]
    fn join(&mut self, registers: Registers) -> bool {
        while let Some(frame) = self.kept.get(self.place) {
            let sp = frame[1].load(Ordering::Relaxed);
            if sp >= registers.sp {
                let is_here = sp == registers.sp && is_at(frame, registers);
                self.joined = is_here.then_some(self.place);
                return is_here;
            }
            self.place += 1;
        }
        false
    }

    /// Leaves the trail: the frames along it become new ones, but for the one that the walk is at.
    #[cold]
    fn leave(&mut self) {
        if let Some(joined) = self.joined.take() {
            for frame in &self.kept[joined..self.place] {
                copy(frame, &self.fresh[self.fresh_count % FRAMES]);
                self.fresh_count += 1;
            }
        }
        self.place += 1;
    }
}

impl Shortcut for Pass<'_> {
    #[inline]
    fn follow(
        &mut self,
        registers: Registers,
        known: StackMemory,
        limit: &mut usize,
        mut emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End> {
        if !self.join(registers) {
            return Ok(registers);
        }
        let count = unchanged(&self.kept[self.place..], known);
        let frames = &self.kept[self.place + 1..][..count];
        for frame in &frames[..count.min(*limit)] {
            if !emit(frame[0].load(Ordering::Relaxed) - 1) {
                return Err(End::NoRoom);
            }
        }
        if count > *limit {
            return Err(End::Cut);
        }
        *limit -= count;
        self.place += count;
        let [pc, sp, fp, rule] = self.kept[self.place].each_ref().map(|word| word.load(Ordering::Relaxed));
        if rule == Rule::OUTERMOST.bits() {
            self.complete();
            return Err(End::Outermost);
        }
        self.leave();
        Ok(Registers { pc, sp, fp, lr: 0 })
    }

    #[inline]
    fn note(&mut self, registers: Registers, rule: Rule, is_leaf: bool) {
        let [pc, sp, fp, bits] = &self.fresh[self.fresh_count % FRAMES];
        // A leaf's rule is of its own address and not the one before: no caller may come upon it.
        pc.store(if is_leaf { 0 } else { registers.pc }, Ordering::Relaxed);
        sp.store(registers.sp, Ordering::Relaxed);
        fp.store(registers.fp, Ordering::Relaxed);
        bits.store(rule.bits(), Ordering::Relaxed);
        self.fresh_count += 1;
    }

    #[inline]
    fn complete(&mut self) {
        let end = self.joined.unwrap_or(FRAMES);
        // Where there is no room, the innermost ones are left out.
        let count = self.fresh_count.min(end);
        for back in 1..=count {
            copy(&self.fresh[(self.fresh_count - back) % FRAMES], &self.kept[end - back]);
        }
        self.begin.store(end - count, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::recorder::unwind::rule::{Kind, Saved};
    use crate::collector::recorder::unwind::walk_by;

    /// Words of the stack that the test makes up.
    const WORDS: usize = 1200;

    /// A random number below `bound`.
    fn below(bound: u64, state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 16) % bound
    }

    /// The rule of an address; one of 32 is not plain, and one ends the stack.
    fn rule_of(address: u64) -> Rule {
        let size = 8 * (2 + address % 7) as i64;
        match address % 32 {
            _ if address == 0x4000 => Rule::OUTERMOST,
            0 => Rule::new(Kind::Sp, size, Saved::Lost, Saved::At(-8)),
            1..10 => Rule::new(Kind::Fp, 16, Saved::At(-16), Saved::At(-8)),
            10..20 => Rule::new(Kind::Sp, size, Saved::Same, Saved::At(-8)),
            _ => Rule::new(Kind::Sp, size, Saved::At(-16), Saved::At(-8)),
        }
    }

    /// Calls functions from the last of `frames` on, as far as there is room on the stack.
    fn call(words: &mut [u64], frames: &mut Vec<Registers>, state: &mut u64) {
        let base = words.as_ptr() as u64;
        while let Some(&Registers { pc: return_address, sp, mut fp, .. }) = frames.last()
            && sp > base + 160
            && (frames.len() < 3 || below(60, state) > 0)
        {
            let top = ((sp - base) / 8) as usize;
            let pc = 0x6000 + below(64, state);
            let rule = rule_of(pc - 1);
            words[top - 1] = return_address;
            words[top - 2] = if below(50, state) == 0 { 7 } else { fp };
            let size = if rule.kind() == Kind::Fp { 32 } else { rule.cfa_offset() as u64 };
            if rule.kind() == Kind::Fp {
                fp = sp - 16;
            } else if rule.restores_fp() {
                fp = below(1 << 40, state);
            }
            frames.push(Registers { pc, sp: sp - size, fp, lr: 0 });
        }
    }

    fn walk(shortcut: impl Shortcut, registers: Registers, limit: usize) -> (Vec<u64>, End) {
        let mut addresses = Vec::new();
        let mut stack = StackMemory::empty();
        let emit = |address| {
            addresses.push(address);
            true
        };
        let end = walk_by(rule_of, |_, _| None, shortcut, &mut stack, registers, limit, emit);
        (addresses, end)
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri does not know how words of the stack are read")]
    fn what_is_followed_is_what_rules_lead_to() {
        let mut state = 88_172_645_463_325_252;
        let (mut whole, mut cut) = (0, 0);
        for _ in 0..20 {
            let trail = Trail::new();
            // A frame whose words were changed may end above the stack: there every return address ends the walk.
            let mut words = vec![0; WORDS];
            words.resize(WORDS + 16, 0x4001);
            let top = words.as_ptr() as u64 + 8 * WORDS as u64;
            let mut frames = vec![Registers { pc: 0x4001, sp: top, fp: 0, lr: 0 }];
            for round in 0..200 {
                // Some functions return, and others are called.
                frames.truncate(1 + below(frames.len() as u64, &mut state) as usize);
                call(&mut words, &mut frames, &mut state);
                if round % 7 == 0 {
                    words[WORDS - 1 - below(400, &mut state) as usize] = below(9, &mut state);
                }
                let registers = *frames.last().expect("the outermost frame stays");
                let limit = if round % 5 == 0 { below(150, &mut state) as usize } else { 1000 };
                let by_rules = walk((), registers, limit);
                assert_eq!(walk(trail.pass(1), registers, limit), by_rules);
                assert_eq!(walk(trail.pass(1), registers, limit), by_rules);
                *if by_rules.1 == End::Outermost { &mut whole } else { &mut cut } += 1;
            }
        }
        println!("{whole} whole, {cut} cut");
        assert!(whole > 500 && cut > 500);
    }
}
