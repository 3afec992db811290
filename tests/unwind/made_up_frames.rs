//! Single steps from made-up frames: any registers and a stack of random words, at addresses all over the code.

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

/// Steps from random frames at random addresses, as a leaf's and as a caller's.
pub(crate) fn frames_are_left_as_framehop_does() {
    load_objects();
    let count = env::var("RPPROF_ADDRESSES").ok().and_then(|count| count.parse().ok()).unwrap_or(DEFAULT_ADDRESSES);
    crate::framehop_modules::read_ours();
    let reading = Reading::begin(1);
    let modules = MODULE_MAP.read(&reading).expect("it was just published");
    let unwinder = framehop_modules::unwinder();
    let mut cache = framehop::CacheNative::<MustNotAllocateDuringUnwind>::new_in();
    let mut random = Random(1);
    // Words that could be return addresses, and some zeros.
    let words: Vec<u64> =
        (0..WORDS).map(|_| if random.below(64) == 0 { 0 } else { 4096 + random.below(1 << 46) }).collect();
    let (low, high) = (words.as_ptr() as u64, words.as_ptr() as u64 + 8 * WORDS as u64);
    let ranges = code();
    let size: u64 = ranges.iter().map(|(start, end, _)| end - start).sum();
    let mut differences: BTreeMap<&str, (u64, String)> = BTreeMap::new();
    let (mut same, mut with_caller) = (0_u64, 0_u64);
    for _ in 0..count {
        let mut place = random.below(size);
        let (start, _, name) = ranges
            .iter()
            .find(|(start, end, _)| place.checked_sub(end - start).map(|rest| place = rest).is_none())
            .expect("the place is in a range");
        let address = start + place;
        let is_leaf = random.below(2) == 0;
        let sp = low + 8 * (WORDS as u64 / 4 + random.below(WORDS as u64 / 8));
        let fp = if random.below(16) == 0 { random.next() } else { sp + 8 * random.below(600) };
        // A caller's address is the one behind its call.
        let pc = if is_leaf { address } else { address + 1 };
        let mut read = |at: u64| match at & 7 == 0 && (low..high).contains(&at) {
            true => Ok(words[((at - low) / 8) as usize]),
            false => Err(()),
        };
        let mut registers = UnwindRegsX86_64::new(pc, sp, fp);
        let frame = match is_leaf {
            true => FrameAddress::from_instruction_pointer(pc),
            false => FrameAddress::from_return_address(pc).expect("it is not 0"),
        };
        let theirs = match unwinder.unwind_frame(frame, &mut registers, &mut cache, &mut read) {
            Ok(None) | Ok(Some(0)) => Outcome::Outermost,
            Ok(Some(pc)) => Outcome::Caller([pc, registers.sp(), registers.bp()]),
            Err(_) => Outcome::Lost,
        };
        let rule = modules.rule(address);
        let ours = step(rule, Registers { pc, sp, fp, lr: 0 });
        if ours == theirs {
            same += 1;
            with_caller += u64::from(matches!(ours, Outcome::Caller(_)));
            continue;
        }
        let no_frame = match read(sp) {
            Ok(0) => Outcome::Outermost,
            word => Outcome::Caller([word.expect("it is on the stack"), sp + 8, fp]),
        };
        let class = match rule.kind() {
            // Most of it is what fills the space between functions. Of a caller without rules both say the same.
            Kind::Unknown if is_leaf && theirs == no_frame => {
                "leaves without rules, which framehop takes for frameless"
            }
            Kind::Signal => "frames of signal handlers, which framehop does not know",
            // Such as vfork, which keeps it in a register that neither follows. What framehop takes is another word.
            _ if rule.return_address() == Saved::Lost => "return addresses in other registers",
            _ => UNEXPLAINED,
        };
        let example = format!("{name}, {address:#x}, {rule:?}: {ours:x?}, framehop {theirs:x?}, sp {sp:x} fp {fp:x}");
        differences.entry(class).or_insert((0, example)).0 += 1;
    }
    println!("{count} addresses in {} ranges: {same} the same, {with_caller} of them with a caller", ranges.len());
    for (class, (count, example)) in &differences {
        println!("    {count} {class}, such as {example}");
    }
    assert!(!differences.contains_key(UNEXPLAINED) && with_caller > count / 4 * 3);
}

/// Stops a walk at the first caller.
struct Stop(Option<Registers>);

impl Shortcut for &mut Stop {
    fn follow(
        &mut self,
        registers: Registers,
        _known: StackMemory,
        _limit: &mut usize,
        _emit: impl FnMut(u64) -> bool,
    ) -> Result<Registers, End> {
        self.0 = Some(registers);
        Err(End::Cut)
    }

    fn note(&mut self, _registers: Registers, _rule: Rule, _is_leaf: bool) {}

    fn complete(&mut self) {}
}

/// Steps by a rule.
pub(crate) fn step(rule: Rule, registers: Registers) -> Outcome {
    let mut stop = Stop(None);
    let end = walk_by(|_| rule, |_, _| None, &mut stop, &mut StackMemory::empty(), registers, 2, |_| true);
    match (stop.0, end) {
        (Some(caller), _) => Outcome::Caller([caller.pc, caller.sp, caller.fp]),
        (None, End::Outermost) => Outcome::Outermost,
        (None, _) => Outcome::Lost,
    }
}
