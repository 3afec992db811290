//! Graphs in the format of callgrind, for KCachegrind and QCachegrind.

use std::io::{self, Write};

use hashbrown::HashMap;

use crate::profile::unit;
use crate::report::{Graph, GraphNode, Place};

/// How functions are named that share a name and a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CallgrindNames {
    /// Each has one name wherever it stands, and callees tell their binary, so that viewers find them.
    #[default]
    Linked,
    /// Only callees have numbers behind their names, as in pprof; viewers find no function for such a callee.
    CalleesNumbered,
}

/// Writes a graph as pprof's `callgrind` does, byte for byte if only callees are numbered.
///
/// Costs are whole numbers of the report's unit, cut off, not rounded.
///
/// # Errors
/// What the writer says.
pub fn callgrind(report: &Graph, names: CallgrindNames, mut writer: impl Write) -> io::Result<()> {
    let callee_names = callee_names(report);
    let is_linked = names == CallgrindNames::Linked;
    writeln!(writer, "positions: instr line")?;
    writeln!(writer, "events: {}({})", report.summary.sample_type, report.scale.to)?;
    let cost = |value: i64| unit::convert(value, &report.scale.from, &report.scale.to).0 as i64;
    let (mut objects, mut files, mut functions) = (Names::default(), Names::default(), Names::default());
    let mut previous: Option<&Place> = None;
    let mut previous_name = "";
    for ((node, callee_name), of_node) in report.shown().iter().zip(&callee_names).zip(report.calls_by_node()) {
        let place = &node.place;
        let name = if is_linked { callee_name } else { &place.function };
        let is_same = |previous: &Place| (&previous.object, &previous.file) == (&place.object, &place.file);
        if !(previous.is_some_and(is_same) && previous_name == name) {
            writeln!(writer)?;
            writeln!(writer, "ob={}", objects.compressed(&place.object))?;
            writeln!(writer, "fl={}", files.compressed(&place.file))?;
            writeln!(writer, "fn={}", functions.compressed(name))?;
        }
        writeln!(writer, "{} {} {}", address(previous, place.address), place.line, cost(node.flat))?;
        for call in of_node.out_of.into_iter().map(|row| &report.calls[row]) {
            let callee = &report.nodes[call.callee].place;
            if is_linked && callee.object != place.object {
                writeln!(writer, "cob={}", objects.compressed(&callee.object))?;
            }
            writeln!(writer, "cfl={}", files.compressed(&callee.file))?;
            let name = callee_names.get(call.callee).map_or("", String::as_str);
            writeln!(writer, "cfn={}", functions.compressed(name))?;
            // A profile does not know how often a call was made.
            writeln!(writer, "calls=0 {} {}", address(previous, callee.address), callee.line)?;
            writeln!(writer, "* * {}", cost(call.sum))?;
        }
        (previous, previous_name) = (Some(place), name);
    }
    Ok(())
}

/// The place of a function, and in a tree the row of its caller.
type FunctionKey = (Place, Option<usize>);

/// What makes nodes the same function: without addresses and lines, unless there are none of both.
fn function_key(node: &GraphNode) -> FunctionKey {
    let mut place = node.place.clone();
    if place.address != 0 || place.line != 0 {
        (place.address, place.line, place.column) = (0, 0, 0);
    }
    (place, node.caller)
}

/// Returns the name of each shown node; functions with equal names and files get numbers.
fn callee_names(report: &Graph) -> Vec<String> {
    let mut functions: HashMap<(&str, &str), HashMap<FunctionKey, usize>> = HashMap::new();
    for node in report.shown() {
        let of_name = functions.entry((&node.place.file, &node.place.function)).or_default();
        let next = of_name.len() + 1;
        of_name.entry(function_key(node)).or_insert(next);
    }
    let name = |node: &GraphNode| {
        let of_name = &functions[&(node.place.file.as_str(), node.place.function.as_str())];
        if of_name.len() > 1 {
            format!("{} [{}/{}]", node.place.function, of_name[&function_key(node)], of_name.len())
        } else {
            node.place.function.clone()
        }
    };
    report.shown().iter().map(name).collect()
}

/// Names that were written before and are numbers from then on.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn compressed(&mut self, name: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        if let Some(number) = self.0.get(name) {
            return format!("({number})");
        }
        let number = self.0.len() + 1;
        self.0.insert(name.to_owned(), number);
        format!("({number}) {name}")
    }
}

/// Writes an address, as its distance from the one before if that is shorter.
fn address(previous: Option<&Place>, address: u64) -> String {
    let absolute = format!("{address:#x}");
    let Some(previous) = previous else { return absolute };
    if previous.address == address {
        return "*".to_owned();
    }
    let relative = format!("{:+}", address.wrapping_sub(previous.address).cast_signed());
    if relative.len() < absolute.len() { relative } else { absolute }
}
