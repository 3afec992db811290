//! Machine code with what each instruction weighs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::listing::{Counting, Source, SourceText};
use super::order::Negative;
use super::sources::Sources;
use super::summary::{Summary, ValueScale};
use super::values::ValueOptions;
use crate::aggregate::{Amount, Interrupt, StackWeights};
use crate::profile::{LocationId, StackId};
use crate::transform::Selection;

/// Stacks between two looks at whether the report is still wanted.
const STACKS_AT_ONCE: usize = 1 << 13;

/// How to make a [`Disasm`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DisasmOptions {
    /// Which values, and how to show them.
    pub values: ValueOptions,
    /// How often a sample counts for a function that recurs in its stack.
    pub counting: Counting,
    /// What becomes of instructions that weigh less than nothing; only for [`Counting::Nodes`].
    pub negative: Negative,
}

/// A function as machine code, as whoever reads binaries found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeRoutine {
    /// The function's name.
    pub function: String,
    /// Other names of the same code.
    pub other_names: Vec<String>,
    /// The binary that the code is in.
    pub binary: String,
    /// The instructions, by address.
    pub instructions: Vec<CodeInstruction>,
}

/// An instruction of a [`CodeRoutine`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeInstruction {
    /// Where it begins, in the binary's own addresses.
    pub address: u64,
    /// The instruction.
    pub text: String,
    /// Where it jumps or calls to, if that is part of it.
    pub target: Option<u64>,
    /// What it was made of, an inlined function before its caller; empty if that is not known.
    pub places: Vec<CodePlace>,
}

/// A function and a place in its source that an instruction was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodePlace {
    /// The function's name.
    pub function: String,
    /// The source file; empty if it is not known.
    pub file: String,
    /// The line; 0 if it is not known.
    pub line: i64,
}

/// Functions as machine code with what each instruction weighs. Values are in the summary's unit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Disasm {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// Which profile this is of.
    pub summary: Summary,
    /// How values are shown as text.
    pub scale: ValueScale,
    /// What percentages are of.
    pub total: i64,
    /// The functions, by name and address.
    pub routines: Vec<DisasmRoutine>,
}

/// A function of a [`Disasm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DisasmRoutine {
    /// The function's name.
    pub function: String,
    /// Other names of the same code, if it was asked for by its address.
    pub other_names: Vec<String>,
    /// The binary that the code is in.
    pub binary: String,
    /// The source file, as the binary names it; empty if that is not known.
    pub file: String,
    /// Whether the file was found.
    pub source: Source,
    /// What the function weighs itself, with what was inlined into it.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// The lines of the file that instructions were made of, or of calls that were inlined there; by number.
    pub lines: Vec<DisasmLine>,
    /// The instructions, by address.
    pub instructions: Vec<DisasmInstruction>,
}

/// A line of a [`DisasmRoutine`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisasmLine {
    /// Its number; 0 for all that there is no line for.
    pub line: i64,
    /// What it weighs itself, with what was inlined there.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// Its text; `None` if the source was not found or ends before.
    pub text: Option<String>,
}

/// An instruction of a [`DisasmRoutine`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DisasmInstruction {
    /// Where it begins, in the binary's own addresses, in hexadecimal digits behind `0x`.
    pub address: String,
    /// What it weighs itself.
    pub flat: i64,
    /// What it weighs with all that it called.
    pub cum: i64,
    /// The instruction.
    pub text: String,
    /// Where it jumps or calls to, in hexadecimal digits behind `0x`; `None` if that is not part of it.
    pub target: Option<String>,
    /// What it was made of, an inlined function before its caller; empty if that is not known.
    pub places: Vec<CodePlace>,
}

/// Sets functions of machine code against what their instructions weigh (pprof's `disasm`).
///
/// `place` tells in which row of `code`, and where there, the address of a location is; an address inside of an
/// instruction counts for it. Functions in which no sample is are left out. `find` is asked for the text of source files
/// as by [`listing`](super::listing()).
///
/// A sample counts once for an instruction, a line and a function, however often these recur in its stack; see
/// [`Counting`] for pprof's own.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, CodeInstruction, CodeRoutine, DisasmOptions};
/// use rpprof::transform::Selection;
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// // A function of all addresses, with one instruction.
/// let mut all = CodeRoutine { function: "all".to_owned(), ..CodeRoutine::default() };
/// all.instructions.push(CodeInstruction { text: "ret".to_owned(), ..CodeInstruction::default() });
/// let options = DisasmOptions::default();
/// let report = report::disasm(&Selection::all(&profile), &options, &[all], |_| Some((0, 7)), |_| Err(String::new()));
/// assert_eq!((report.routines[0].flat, report.routines[0].cum), (report.total, report.total));
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// Cost: a pass over the stacks, and the instructions of the functions.
///
/// # Panics
/// If the profile has no such sample type, or `place` tells of a row that there is not.
pub fn disasm(
    selection: &Selection<'_>,
    options: &DisasmOptions,
    code: &[CodeRoutine],
    place: impl Fn(LocationId) -> Option<(usize, u64)>,
    find: impl FnMut(&str) -> Result<SourceText, String>,
) -> Disasm {
    disasm_until(selection, options, code, place, find, &Interrupt::new()).expect("nobody interrupts it")
}

/// Shows what [`disasm()`] shows; `None` if it was interrupted.
///
/// # Panics
/// If the profile has no such sample type, or `place` tells of a row that there is not.
pub fn disasm_until(
    selection: &Selection<'_>,
    options: &DisasmOptions,
    code: &[CodeRoutine],
    place: impl Fn(LocationId) -> Option<(usize, u64)>,
    find: impl FnMut(&str) -> Result<SourceText, String>,
    interrupt: &Interrupt,
) -> Option<Disasm> {
    let summary = Summary::new(selection.profile(), &options.values);
    let scale = ValueScale::of(&summary, &options.values);
    let weights = StackWeights::new(selection, options.values.measure());
    let sums = count(selection, options, code, &weights, place, interrupt)?;
    let mut sources = Sources::new(find);
    let mut routines = Vec::new();
    for (row, routine) in code.iter().enumerate() {
        if interrupt.is_set() {
            return None;
        }
        if !sums.contains_key(&Counted::Routine(row)) {
            continue;
        }
        let file = own_file(routine);
        let (source, text) = sources.of(file);
        let value = |counted| sums.get(&counted).map_or((0, 0), |sum: &Sum| (sum.flat.value(), sum.cum.value()));
        let texts: Vec<&str> = text.lines().collect();
        let line = |line: i64| {
            let (flat, cum) = value(Counted::Line(row, line));
            let index = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
            let text = index.and_then(|index| texts.get(index)).map(|&text| text.to_owned());
            DisasmLine { line, flat, cum, text }
        };
        let numbers: BTreeSet<i64> =
            routine.instructions.iter().map(|instruction| own_line(instruction, file)).collect();
        let (flat, cum) = value(Counted::Routine(row));
        let instructions = routine.instructions.iter().enumerate().map(|(index, instruction)| {
            let (flat, cum) = value(Counted::Instruction(row, index));
            let (text, places) = (instruction.text.clone(), instruction.places.clone());
            let (address, target) = (hexadecimal(instruction.address), instruction.target.map(hexadecimal));
            DisasmInstruction { address, flat, cum, text, target, places }
        });
        routines.push(DisasmRoutine {
            function: routine.function.clone(),
            other_names: routine.other_names.clone(),
            binary: routine.binary.clone(),
            file: file.to_owned(),
            source,
            flat,
            cum,
            lines: numbers.into_iter().map(line).collect(),
            instructions: instructions.collect(),
        });
    }
    routines.sort_by(|one, other| one.function.cmp(&other.function));
    Some(Disasm { version: 1, total: weights.total(), routines, scale, summary })
}

/// Returns the file of a function: that of the outermost places of its instructions.
fn own_file(routine: &CodeRoutine) -> &str {
    let places = routine.instructions.iter().filter_map(|instruction| instruction.places.last());
    places.map(|place| place.file.as_str()).find(|file| !file.is_empty()).unwrap_or_default()
}

/// Returns the line of a function's own file that an instruction belongs to, with what was inlined there; 0 if there is none.
fn own_line(instruction: &CodeInstruction, file: &str) -> i64 {
    line_in(&instruction.places, file)
}

/// Returns the line of the outermost of some places if it is in a file; else 0.
pub(crate) fn line_in(places: &[CodePlace], file: &str) -> i64 {
    places.last().filter(|place| place.file == file).map_or(0, |place| place.line)
}

fn hexadecimal(address: u64) -> String {
    format!("{address:#x}")
}

/// What a sample counts for; the numbers are rows of functions and of their instructions, and a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Counted {
    Routine(usize),
    Line(usize, i64),
    Instruction(usize, usize),
}

/// What counted for something.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    flat: Amount,
    cum: Amount,
}

/// Adds up what functions, lines and instructions weigh; `None` if it was interrupted.
fn count(
    selection: &Selection<'_>,
    options: &DisasmOptions,
    code: &[CodeRoutine],
    weights: &StackWeights,
    place: impl Fn(LocationId) -> Option<(usize, u64)>,
    interrupt: &Interrupt,
) -> Option<BTreeMap<Counted, Sum>> {
    let profile = selection.profile();
    let files: Vec<&str> = code.iter().map(own_file).collect();
    // What the samples of each location count for.
    let counted = |row: usize| -> Option<[Counted; 3]> {
        let (routine, address) = place(LocationId::from_index(row))?;
        let instructions = &code[routine].instructions;
        let index = instructions.partition_point(|instruction| instruction.address <= address).checked_sub(1)?;
        let line = own_line(&instructions[index], files[routine]);
        Some([Counted::Routine(routine), Counted::Line(routine, line), Counted::Instruction(routine, index)])
    };
    let locations = profile.symbols().locations();
    let by_location: Vec<Option<[Counted; 3]>> = (0..locations.len()).map(counted).collect();
    let mut nodes: BTreeMap<(Counted, u64), Sum> = BTreeMap::new();
    let mut seen: BTreeSet<(Counted, u64)> = BTreeSet::new();
    for stack in 0..profile.stacks().len() {
        if stack % STACKS_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        if !weights.is_used(stack) {
            continue;
        }
        let Some(list) = selection.stack(StackId::from_index(stack)) else { continue };
        let amount = weights.amount(stack);
        seen.clear();
        let mut is_leaf = true;
        for &location in list.iter().filter(|&&location| !selection.is_hidden(location)) {
            for counted in by_location[location.index()].into_iter().flatten() {
                // pprof's nodes are addresses, and all else is the sum of nodes.
                let node = match options.counting {
                    Counting::Samples => (counted, 0),
                    Counting::Nodes => (counted, locations[location.index()].address),
                };
                let sum = nodes.entry(node).or_default();
                if is_leaf {
                    sum.flat += amount;
                }
                if seen.insert(node) {
                    sum.cum += amount;
                }
            }
            is_leaf = false;
        }
    }
    let mut sums: BTreeMap<Counted, Sum> = BTreeMap::new();
    for ((counted, _), node) in nodes {
        let (flat, cum) = (node.flat.value(), node.cum.value());
        let drops_negative = options.counting == Counting::Nodes && options.negative == Negative::Drop;
        if (flat, cum) == (0, 0) || drops_negative && (flat < 0 || flat == 0 && cum < 0) {
            continue;
        }
        let sum = sums.entry(counted).or_default();
        sum.flat += node.flat;
        sum.cum += node.cum;
    }
    Some(sums)
}
