//! Graphs in the format of callgrind, for KCachegrind and QCachegrind.

use std::io::{self, Write};

use hashbrown::HashMap;

use crate::profile::unit;
use crate::report::{Graph, GraphNode, Place};

/// Writes a graph as pprof's `callgrind` does, byte for byte.
///
/// Costs are whole numbers of the report's unit, cut off, not rounded.
///
/// # Errors
/// What the writer says.
pub fn callgrind(report: &Graph, mut writer: impl Write) -> io::Result<()> {
    let callee_names = callee_names(report);
    writeln!(writer, "positions: instr line")?;
    writeln!(writer, "events: {}({})", report.summary.sample_type, report.scale.to)?;
    let cost = |value: i64| unit::convert(value, &report.scale.from, &report.scale.to).0 as i64;
    let (mut objects, mut files, mut functions) = (Names::default(), Names::default(), Names::default());
    let mut previous: Option<&Place> = None;
    for (node, of_node) in report.shown().iter().zip(report.calls_by_node()) {
        let place = &node.place;
        let key = |place: &Place| (place.object.clone(), place.file.clone(), place.function.clone());
        if previous.is_none_or(|previous| key(previous) != key(place)) {
            writeln!(writer)?;
            writeln!(writer, "ob={}", objects.compressed(&place.object))?;
            writeln!(writer, "fl={}", files.compressed(&place.file))?;
            writeln!(writer, "fn={}", functions.compressed(&place.function))?;
        }
        writeln!(writer, "{} {} {}", address(previous, place.address), place.line, cost(node.flat))?;
        for call in of_node.out_of.into_iter().map(|row| &report.calls[row]) {
            let callee = &report.nodes[call.callee].place;
            writeln!(writer, "cfl={}", files.compressed(&callee.file))?;
            let name = callee_names.get(call.callee).map_or("", String::as_str);
            writeln!(writer, "cfn={}", functions.compressed(name))?;
            // A profile does not know how often a call was made.
            writeln!(writer, "calls=0 {} {}", address(previous, callee.address), callee.line)?;
            writeln!(writer, "* * {}", cost(call.sum))?;
        }
        previous = Some(place);
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

/// Returns the name of each shown node as a callee; functions with equal names and files get numbers.
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
