//! Machine code of a function, on one side or on both.

use regex::Regex;
use rpprof::aggregate::{Averaging, Interrupt};
use rpprof::report::{Disasm, DisasmOptions, DisasmRoutine, ValueOptions};
use rpprof::symbolize::Syntax;
use rpprof::transform::Selection;

use super::answer::{CodeRow, Instructions};
use super::compare;
use super::prepare::{OldSide, Prepared};
use super::within::within;
use super::worker::Sources;
use crate::code::Code;
use crate::source::SourceFinder;

/// Finds the functions that an expression matches in the binaries of this machine; `None` if it was interrupted.
///
/// # Errors
/// Why the profiles do not compare, in words.
pub(super) fn instructions(
    prepared: &Prepared<'_, '_>,
    sources: &Sources,
    functions: &str,
    interrupt: &Interrupt,
) -> Option<Result<Instructions, String>> {
    let within = within(prepared, functions, interrupt)?;
    let functions = match Regex::new(&within.functions) {
        Ok(functions) => functions,
        Err(error) => return Some(Err(error.to_string())),
    };
    let (new, reasons) = disasm(&prepared.selection, &prepared.values, sources, &functions, interrupt)?;
    let Some(old) = &prepared.old else {
        let rows = new.routines.iter().flat_map(|routine| rows(routine, None)).collect();
        return Some(Ok(Instructions { rows, reasons, within }));
    };
    let (before, _) = disasm(&old.selection, &old.values, sources, &functions, interrupt)?;
    Some(both(prepared, old, &new, &before, interrupt)?.map(|rows| Instructions { rows, reasons, within }))
}

/// Returns the rows of the new side, each with what it weighs on the old one.
fn both(
    prepared: &Prepared<'_, '_>,
    old: &OldSide<'_>,
    new: &Disasm,
    before: &Disasm,
    interrupt: &Interrupt,
) -> Option<Result<Vec<CodeRow>, String>> {
    let factor = match compare::factor(prepared, old, interrupt)? {
        Ok(factor) => factor,
        Err(message) => return Some(Err(message)),
    };
    let mut shown = Vec::new();
    for routine in &new.routines {
        let same = before.routines.iter().find(|other| is_same_code(other, routine));
        let mut values = Vec::new();
        for row in 0..routine.instructions.len() {
            let (flat, cum) = same.map_or((0, 0), |same| (same.instructions[row].flat, same.instructions[row].cum));
            values.push((compare::scaled(flat, factor), compare::scaled(cum, factor)));
        }
        shown.extend(rows(routine, same.map(|_| values.as_slice())));
    }
    Some(Ok(shown))
}

/// Returns the machine code of one side, and why there is none if so; `None` if it was interrupted.
fn disasm(
    selection: &Selection<'_>,
    values: &ValueOptions,
    sources: &Sources,
    functions: &Regex,
    interrupt: &Interrupt,
) -> Option<(Disasm, Vec<String>)> {
    let profile = selection.profile();
    let resolve = crate::symbols::options(&sources.symbols);
    let code = Code::find(profile, &resolve, Syntax::Intel, functions);
    if interrupt.is_set() {
        return None;
    }
    let mut options = DisasmOptions::default();
    // Instructions have sums, as `disasm` prints them.
    options.values = values.clone();
    options.values.averaging = Averaging::Sum;
    let finder = SourceFinder::new(&sources.source, &sources.machine);
    let report = code.report_until(selection, &options, |file| finder.find(file), interrupt)?;
    let mut reasons = Vec::new();
    if report.routines.is_empty() {
        let nothing = code.nothing(profile, functions).to_string();
        reasons.extend(nothing.lines().map(|line| line.trim_start_matches("rpprof: ").to_owned()));
        reasons.extend(code.reasons());
    }
    Some((report, reasons))
}

/// Returns whether two builds have the same code for a function, wherever it lies.
fn is_same_code(one: &DisasmRoutine, other: &DisasmRoutine) -> bool {
    let word = |text: &str| text.split_whitespace().next().map(str::to_owned);
    one.function == other.function
        && one.instructions.len() == other.instructions.len()
        && one.instructions.iter().zip(&other.instructions).all(|(one, other)| word(&one.text) == word(&other.text))
}

/// Returns the rows of a function; a line of source stands above what was made of it.
fn rows(routine: &DisasmRoutine, old: Option<&[(i64, i64)]>) -> Vec<CodeRow> {
    let mut rows = vec![CodeRow::Function { name: routine.function.clone(), binary: routine.binary.clone() }];
    let mut line = 0;
    for (index, instruction) in routine.instructions.iter().enumerate() {
        let place = instruction.places.last().filter(|place| place.file == routine.file);
        let next = place.map_or(0, |place| place.line);
        if next != line && next != 0 {
            let text = routine.lines.iter().find(|line| line.line == next).and_then(|line| line.text.as_deref());
            let file = routine.file.rsplit('/').next().unwrap_or_default();
            rows.push(CodeRow::Line(format!("{file}:{next} {}", text.unwrap_or_default().trim())));
        }
        line = next;
        rows.push(CodeRow::Instruction {
            address: instruction.address.trim_start_matches("0x").to_owned(),
            text: instruction.text.clone(),
            flat: instruction.flat,
            cum: instruction.cum,
            old: old.map(|old| old[index]),
        });
    }
    rows
}
