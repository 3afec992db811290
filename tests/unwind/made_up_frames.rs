//! Single steps from made-up frames: any registers and a stack of random words, at addresses all over the code.
//!
//! Each step is asked of framehop and of libgcc.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::{env, fs};

use framehop::x86_64::UnwindRegsX86_64;
use framehop::{FrameAddress, MustNotAllocateDuringUnwind, Unwinder};

use crate::collector::recorder::modules::MODULE_MAP;
use crate::collector::recorder::unwind::{End, Kind, Rule, Saved, Shortcut, walk_by};
use crate::collector::sys::published::Reading;
use crate::collector::sys::registers::Registers;
use crate::collector::sys::stack_memory::StackMemory;
use crate::framehop_modules;
use crate::made_up_callee::{self, Refusal};

/// What must not be.
const UNEXPLAINED: &str = "unexplained";
const DEFAULT_ADDRESSES: u64 = 50_000;
/// Words of the made-up stack; more than any frame of the objects has.
const WORDS: usize = 1 << 20;

/// A source of random numbers.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Where a step leads, as far as both tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Program counter, stack pointer and frame pointer of the caller.
    Caller([u64; 3]),
    Outermost,
    Lost,
}

/// Returns the ranges of code of the files that are loaded, each with its file's name.
fn code() -> Vec<(u64, u64, String)> {
    let maps = fs::read_to_string("/proc/self/maps").expect("the process can read its maps");
    let range = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let (range, access) = (words.next()?, words.next()?);
        let path = words.nth(3)?;
        let (start, end) = range.split_once('-')?;
        let number = |digits| u64::from_str_radix(digits, 16).ok();
        let name = path.rsplit('/').next()?.to_owned();
        (access.contains('x') && path.starts_with('/')).then_some((number(start)?, number(end)?, name))
    };
    maps.lines().filter_map(range).collect()
}

/// Loads the objects that the user wants to be tried too.
fn load_objects() {
    for path in env::var("RPPROF_OBJECTS").unwrap_or_default().split(':').filter(|path| !path.is_empty()) {
        let name = CString::new(path).expect("a path has no zero byte");
        // SAFETY: the name ends with a zero byte; what the object does when it is loaded is up to the user.
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY) };
        assert!(!handle.is_null(), "{path} cannot be loaded");
    }
}

/// A stack of random words, to which all of them point: whatever is taken for an address can be read, and is no code.
struct Words(Vec<u64>);

impl Words {
    fn new(random: &mut Random) -> Self {
        let mut words = vec![0; WORDS];
        let low = words.as_ptr() as u64;
        for word in &mut words {
            // Above all made-up frames, so that a word can be a frame's address too; and some zeros.
            let place = WORDS as u64 / 2 + random.below(WORDS as u64 / 2 - 64);
            *word = if random.below(64) == 0 { 0 } else { low + 8 * place };
        }
        Self(words)
    }

    fn low(&self) -> u64 {
        self.0.as_ptr() as u64
    }

    fn read(&self, at: u64) -> Result<u64, ()> {
        let place = at.checked_sub(self.low()).filter(|offset| offset % 8 == 0).ok_or(())? / 8;
        self.0.get(place as usize).copied().ok_or(())
    }
}

/// A frame that is stepped from.
struct Frame {
    /// Where its instruction is: the one that runs, or the last byte of the call.
    address: u64,
    is_leaf: bool,
    registers: Registers,
}

/// What differs: how often for each reason, with an example.
#[derive(Default)]
struct Differences(BTreeMap<&'static str, (u64, String)>);

impl Differences {
    fn add(&mut self, class: &'static str, example: impl FnOnce() -> String) {
        self.0.entry(class).or_insert_with(|| (0, example())).0 += 1;
    }

    fn print(&self) {
        for (class, (count, example)) in &self.0 {
            println!("    {count} {class}, such as {example}");
        }
    }

    fn are_explained(&self) -> bool {
        !self.0.contains_key(UNEXPLAINED)
    }
}

/// What differs where `.eh_frame` says nothing, and our rules were inferred from the code.
const INFERRED: &str = "rules that were inferred from code";

/// Returns why framehop may step elsewhere from here; `has_rules` tells whether `.eh_frame` says anything.
fn class_of_framehop(
    rule: Rule,
    frame: &Frame,
    theirs: Outcome,
    words: &Words,
    has_rules: impl FnOnce() -> bool,
) -> &'static str {
    let Registers { sp, fp, .. } = frame.registers;
    let no_frame = match words.read(sp) {
        Ok(0) => Outcome::Outermost,
        word => Outcome::Caller([word.expect("it is on the stack"), sp + 8, fp]),
    };
    match rule.kind() {
        // Most of it is what fills the space between functions. Of a caller without rules both say the same.
        Kind::Unknown if frame.is_leaf && theirs == no_frame => {
            "leaves without rules, which framehop takes for frameless"
        }
        Kind::Signal => "frames of signal handlers, which framehop does not know",
        Kind::AtSp => "frames whose caller's stack pointer is on the stack, which framehop does not know",
        // Such as vfork, which keeps it in a register that neither follows. What framehop takes is another word.
        _ if rule.return_address() == Saved::Lost => "return addresses in other registers",
        _ if !has_rules() => INFERRED,
        _ => UNEXPLAINED,
    }
}

/// Returns why libgcc may step elsewhere from here.
fn class_of_libgcc(rule: Rule, frame: &Frame, ours: Outcome, theirs: Result<Outcome, Refusal>) -> &'static str {
    // Whether it goes elsewhere if the registers that our rules do not know are other ones.
    let is_by_others = || {
        let step = |others_at| made_up_callee::step_of_libgcc(frame.registers, frame.is_leaf, others_at);
        [1 << 16, 1 << 17, 1 << 18].into_iter().any(|others_at| step(others_at) != theirs)
    };
    // Whether a frame some words further goes elsewhere than as many words further: the way is through memory.
    let is_through_memory = || {
        let Registers { sp, fp, .. } = frame.registers;
        let cfa_from = |more: u64| {
            let moved = Registers { sp: sp + more, fp: fp + more, ..frame.registers };
            match made_up_callee::step_of_libgcc(moved, frame.is_leaf, 0) {
                Ok(Outcome::Caller([_, cfa, _])) => Some(cfa.wrapping_sub(more)),
                _ => None,
            }
        };
        let from: Vec<u64> = [0, 8, 16, 24].into_iter().filter_map(cfa_from).collect();
        from.iter().any(|&cfa| cfa != from[0])
    };
    match (theirs, ours) {
        _ if made_up_callee::has(frame.address) => "this test's own functions",
        (Err(Refusal::NoRules), _) if rule == Rule::UNKNOWN => "without rules, where libgcc stops",
        (Err(Refusal::NoRules), _) => INFERRED,
        // One of 64 words is 0.
        (Err(Refusal::Unreadable), Outcome::Lost) if matches!(rule.kind(), Kind::AtFp | Kind::AtSp) => {
            "words that are no addresses, which both refuse"
        }
        (Err(Refusal::Unreadable), _) if rule == Rule::UNKNOWN => "frames by other registers, which are indices",
        (Ok(_), _) if rule == Rule::UNKNOWN && is_by_others() => {
            "frames by other registers, such as the loader's while it finds a function"
        }
        (Ok(_), _) if rule == Rule::UNKNOWN && is_through_memory() => {
            "frames whose caller's stack pointer is in memory, and not where our rules know it to be"
        }
        (Ok(_), _) if rule.return_address() == Saved::Lost => "return addresses in other registers",
        (Ok(Outcome::Caller([pc, sp, _])), Outcome::Caller([our_pc, our_sp, 0]))
            if (pc, sp) == (our_pc, our_sp) && rule.fp() == Saved::Lost =>
        {
            "frame pointers that are gone, where libgcc keeps the callee's"
        }
        _ => UNEXPLAINED,
    }
}

/// Steps from random frames at random addresses, as a leaf's and as a caller's.
pub(crate) fn frames_are_left_as_others_do() {
    load_objects();
    let count = env::var("RPPROF_ADDRESSES").ok().and_then(|count| count.parse().ok()).unwrap_or(DEFAULT_ADDRESSES);
    crate::framehop_modules::read_ours();
    made_up_callee::survive_faults();
    let reading = Reading::begin(1);
    let modules = MODULE_MAP.read(&reading).expect("it was just published");
    let unwinder = framehop_modules::unwinder();
    let mut cache = framehop::CacheNative::<MustNotAllocateDuringUnwind>::new_in();
    let mut random = Random(1);
    let words = Words::new(&mut random);
    let ranges = code();
    let size: u64 = ranges.iter().map(|(start, end, _)| end - start).sum();
    let (mut of_framehop, mut of_libgcc) = (Differences::default(), Differences::default());
    let (mut same, mut with_caller, mut same_as_libgcc, mut libgcc_with_caller) = (0_u64, 0_u64, 0_u64, 0_u64);
    for _ in 0..count {
        let mut place = random.below(size);
        let (start, _, name) = ranges
            .iter()
            .find(|(start, end, _)| place.checked_sub(end - start).map(|rest| place = rest).is_none())
            .expect("the place is in a range");
        let address = start + place;
        let is_leaf = random.below(2) == 0;
        let sp = words.low() + 8 * (WORDS as u64 / 4 + random.below(WORDS as u64 / 8));
        let near_fp = sp + 8 * random.below(600);
        let fp = if random.below(16) == 0 { random.next() } else { near_fp };
        // A caller's address is the one behind its call.
        let pc = if is_leaf { address } else { address + 1 };
        let frame = Frame { address, is_leaf, registers: Registers { pc, sp, fp, lr: 0 } };
        let rule = modules.rule(address);
        let example = |ours: Outcome, theirs: Result<Outcome, Refusal>| {
            format!("{name}, {address:#x}, {rule:?}: {ours:x?}, theirs {theirs:x?}, sp {sp:x} fp {fp:x}")
        };

        let ours = step(rule, frame.registers);
        let theirs = step_of_framehop(&unwinder, &mut cache, &frame, &words);
        if ours == theirs {
            same += 1;
            with_caller += u64::from(matches!(ours, Outcome::Caller(_)));
        } else {
            let registers = Registers { fp: near_fp, ..frame.registers };
            let has_rules = || made_up_callee::step_of_libgcc(registers, is_leaf, 0) != Err(Refusal::NoRules);
            let class = class_of_framehop(rule, &frame, theirs, &words, has_rules);
            of_framehop.add(class, || example(ours, Ok(theirs)));
        }

        // libgcc reads wherever the frame pointer leads.
        let frame = Frame { registers: Registers { fp: near_fp, ..frame.registers }, ..frame };
        let ours = step(rule, frame.registers);
        let theirs = made_up_callee::step_of_libgcc(frame.registers, is_leaf, 0);
        if Ok(ours) == theirs {
            same_as_libgcc += 1;
            libgcc_with_caller += u64::from(matches!(ours, Outcome::Caller(_)));
        } else {
            of_libgcc.add(class_of_libgcc(rule, &frame, ours, theirs), || example(ours, theirs));
        }
    }
    println!("{count} addresses in {} ranges", ranges.len());
    println!("framehop: {same} the same, {with_caller} of them with a caller");
    of_framehop.print();
    println!("libgcc: {same_as_libgcc} the same, {libgcc_with_caller} of them with a caller");
    of_libgcc.print();
    assert!(of_framehop.are_explained() && with_caller > count / 4 * 3);
    assert!(of_libgcc.are_explained() && libgcc_with_caller > count / 4 * 3);
}

/// Steps as framehop does.
fn step_of_framehop(
    unwinder: &framehop_modules::FramehopUnwinder,
    cache: &mut framehop::CacheNative<MustNotAllocateDuringUnwind>,
    frame: &Frame,
    words: &Words,
) -> Outcome {
    let Registers { pc, sp, fp, .. } = frame.registers;
    let mut registers = UnwindRegsX86_64::new(pc, sp, fp);
    let address = match frame.is_leaf {
        true => FrameAddress::from_instruction_pointer(pc),
        false => FrameAddress::from_return_address(pc).expect("it is not 0"),
    };
    match unwinder.unwind_frame(address, &mut registers, cache, &mut |at| words.read(at)) {
        Ok(None) | Ok(Some(0)) => Outcome::Outermost,
        Ok(Some(pc)) => Outcome::Caller([pc, registers.sp(), registers.bp()]),
        Err(_) => Outcome::Lost,
    }
}

/// Stops a walk at the first caller, or at what a signal interrupted.
#[derive(Default)]
struct Stop {
    is_noted: bool,
    caller: Option<Registers>,
}

impl Shortcut for &mut Stop {
    fn follow(
        &mut self,
        registers: Registers,
        _known: StackMemory,
        _limit: &mut usize,
        _emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End> {
        self.caller = Some(registers);
        Err(End::Cut)
    }

    fn note(&mut self, registers: Registers, _rule: Rule, _is_leaf: bool) {
        // The second one that is noted is not a caller, at which the walk has stopped.
        if std::mem::replace(&mut self.is_noted, true) {
            self.caller = Some(registers);
        }
    }

    fn complete(&mut self) {}
}

/// Steps by a rule.
pub(crate) fn step(rule: Rule, registers: Registers) -> Outcome {
    let mut stop = Stop::default();
    let end = walk_by(|_| rule, |_, _| None, &mut stop, &mut StackMemory::empty(), registers, 2, |_| true);
    match (stop.caller, end) {
        (Some(caller), _) => Outcome::Caller([caller.pc, caller.sp, caller.fp]),
        (None, End::Outermost) => Outcome::Outermost,
        (None, _) => Outcome::Lost,
    }
}
