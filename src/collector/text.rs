//! Profiles as the text that Go prints for `debug=1`: addresses, and comments for people.
//!
//! `pprof` and rpprof read it. A heap profile has the samples themselves, and readers scale them by the rate in its
//! header, which Go doubles. Samples that were taken at different rates are scaled here, and the rate is said to be 1.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;

use super::symbols::Entries;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Label, LabelSetId, LabelValue, LocationId, Profile, Sample};

fn written(text: &str, mut writer: impl Write) -> Result<()> {
    let failed = |error: std::io::Error| Error::new(ErrorKind::Io, "writing failed").because(error);
    writer.write_all(text.as_bytes()).and_then(|()| writer.flush()).map_err(failed)
}

/// Appends to a string, which never fails.
macro_rules! push {
    ($text:expr, $($argument:tt)*) => {
        write!($text, $($argument)*).expect("a string takes all text")
    };
}

/// Writes a profile of the heap's samples, which has Go's four columns; its period is the rate that scales them.
pub(super) fn write_heap(profile: &Profile, entries: &Entries, writer: impl Write) -> Result<()> {
    let mut samples: Vec<Sample<'_>> = profile.samples().iter().collect();
    samples.sort_by_key(|sample| sample.values[3]);
    let column = |index: usize| samples.iter().map(|sample| sample.values[index]).sum::<i64>();
    let (in_use, allocated) = (column(3), column(1));
    // Equal sums make pprof believe that there are two columns and not four.
    let allocated = if in_use == allocated { allocated + 1 } else { allocated };
    let mut text = String::new();
    // Readers divide it by two again.
    let rate = profile.header().period.saturating_mul(2);
    push!(text, "heap profile: {}: {in_use} [{}: {allocated}] @ heap/{rate}\n", column(2), column(0));
    for sample in &samples {
        let [alloc_objects, alloc_space, inuse_objects, inuse_space] = *sample.values else { continue };
        push!(text, "{inuse_objects}: {inuse_space} [{alloc_objects}: {alloc_space}] @");
        push_addresses(&mut text, profile, profile.stack(sample.stack));
        push_labels(&mut text, profile, sample.labels);
        push_frames(&mut text, profile, entries, profile.stack(sample.stack), &HOOKS);
    }
    push_process(&mut text);
    written(&text, writer)
}

/// Writes a profile of counts.
pub(super) fn write_counts(profile: &Profile, entries: &Entries, name: &str, writer: impl Write) -> Result<()> {
    let mut samples: Vec<Sample<'_>> = profile.samples().iter().collect();
    samples.sort_by_key(|sample| std::cmp::Reverse(sample.values[0]));
    let mut text = String::new();
    push!(text, "{name} profile: total {}\n", samples.iter().map(|sample| sample.values[0]).sum::<i64>());
    for sample in &samples {
        push!(text, "{} @", sample.values[0]);
        push_addresses(&mut text, profile, profile.stack(sample.stack));
        push_labels(&mut text, profile, sample.labels);
        push_frames(&mut text, profile, entries, profile.stack(sample.stack), &[]);
    }
    written(&text, writer)
}

/// Appends the addresses of a stack, which are all of calls: readers want those where they return to.
fn push_addresses(text: &mut String, profile: &Profile, stack: &[LocationId]) {
    let addresses = stack.iter().map(|id| profile.symbols().locations()[id.index()].address);
    for address in addresses.filter(|&address| address != 0) {
        push!(text, " {:#x}", address + 1);
    }
    text.push('\n');
}

fn push_labels(text: &mut String, profile: &Profile, labels: LabelSetId) {
    let pair = |label: Label| match label.value() {
        LabelValue::Text(value) => Some(format!("{:?}:{:?}", profile.str(label.key()), profile.str(value))),
        LabelValue::Number { .. } => None,
    };
    let pairs: Vec<String> = profile.labels(labels).iter().filter_map(pair).collect();
    if !pairs.is_empty() {
        push!(text, "# labels: {{{}}}\n", pairs.join(", "));
    }
}

/// Beginnings of the names of functions between a program's call and the allocator's hook; inlined ones may lack their
/// path. Go leaves out its runtime in the same way.
const HOOKS: [&str; 7] =
    ["rpprof::collector::", "<rpprof::collector::", "__r", "alloc", "<alloc::", "realloc", "exchange_malloc"];

/// Appends a comment for each line of a stack, but for those at its leaf whose names begin like one of `hidden`, unless
/// all do.
fn push_frames(text: &mut String, profile: &Profile, entries: &Entries, stack: &[LocationId], hidden: &[&str]) {
    let rows: Vec<Vec<String>> = stack.iter().flat_map(|&id| rows_of(profile, entries, id)).collect();
    let is_hidden =
        |row: &Vec<String>| row.get(2).is_some_and(|name| hidden.iter().any(|start| name.starts_with(start)));
    let first = rows.iter().position(|row| !is_hidden(row)).unwrap_or(0);
    push_aligned(text, &rows[first..]);
    text.push('\n');
}

/// Returns the comments for a location, in cells: a mark, the address, what is there, and where it is in the source.
fn rows_of(profile: &Profile, entries: &Entries, id: LocationId) -> Vec<Vec<String>> {
    let symbols = profile.symbols();
    let location = symbols.locations()[id.index()];
    let start = || vec!["#".to_owned(), format!("{:#x}", location.address)];
    let entry = entries.get(&location.address).copied().filter(|&entry| entry <= location.address);
    let offset = entry.map(|entry| format!("+{:#x}", location.address - entry)).unwrap_or_default();
    let named = symbols.lines_of(id).iter().map(|line| {
        let function = symbols.functions()[line.function.index()];
        let mut row = start();
        row.push(format!("{}{offset}", profile.str(function.name)));
        let file = profile.str(function.filename);
        row.extend((!file.is_empty()).then(|| format!("{file}:{}", line.line)));
        row
    });
    let named: Vec<Vec<String>> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let mut row = start();
    // What tools that look names up want to know: the file, and the address in it.
    row.extend(location.mapping.map(|mapping| {
        let mapping = &symbols.mappings()[mapping.index()];
        let offset = location.address - mapping.start_address + mapping.file_offset;
        format!("{}+{offset:#x}", profile.str(mapping.file))
    }));
    vec![row]
}

/// Appends rows of cells with tabs between them, so many that cells of neighbouring rows stand in line.
///
/// Behind a very long cell, as names with types are, there is one tab, and the others do not follow it.
fn push_aligned(text: &mut String, rows: &[Vec<String>]) {
    const TAB: usize = 8;
    const LONG: usize = 80;
    let width = |cell: &String| cell.chars().count();
    // The last cell of a row is in no column.
    let is_in = |row: &Vec<String>, column: usize| column + 1 < row.len();
    for (index, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(cell);
            if !is_in(row, column) {
                continue;
            }
            let above = rows[..index].iter().rev().take_while(|row| is_in(row, column));
            let below = rows[index..].iter().take_while(|row| is_in(row, column));
            let widths = above.chain(below).map(|row| width(&row[column])).filter(|&width| width < LONG);
            let stop = (widths.max().unwrap_or(0) + 1).next_multiple_of(TAB);
            let tabs = stop.saturating_sub(width(cell)).div_ceil(TAB).max(1);
            text.extend(std::iter::repeat_n('\t', tabs));
        }
        text.push('\n');
    }
}

/// Appends what the system says of the process.
fn push_process(text: &mut String) {
    const SHOWN: [(&str, &str); 5] =
        [("VmSize", "Sys"), ("RssAnon", "RSSAnon"), ("VmRSS", "RSS"), ("VmHWM", "MaxRSS"), ("Threads", "Threads")];
    text.push_str("\n# Process\n");
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for (key, name) in SHOWN {
        let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        let mut words = line.unwrap_or_default().split_whitespace();
        if let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) {
            let unit = if words.next() == Some("kB") { 1024 } else { 1 };
            push!(text, "# {name} = {}\n", number * unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Function, Line, Location, Mapping, ProfileBuilder};

    /// Makes a profile of two stacks, with one name.
    fn profile(types: &[&str], values: [&[i64]; 2]) -> Profile {
        let mut builder = ProfileBuilder::new();
        for kind in types {
            builder.sample_type(kind, "count");
        }
        let file = builder.string("/bin/app");
        let mapping = builder.mapping(Mapping {
            start_address: 0x1000,
            limit_address: 0x9000,
            file_offset: 0x100,
            file,
            ..Mapping::default()
        });
        let (name, filename) = (builder.string("app::leak"), builder.string("leak.rs"));
        let function = builder.function(Function { name, system_name: name, filename, start_line: 0 });
        let location = |address| Location { address, mapping: Some(mapping), is_folded: false };
        let named = builder.location(location(0x2000), &[Line { function, line: 7, column: 0 }]);
        let bare = builder.location(location(0x30ff), &[]);
        for (stack, values) in [vec![named, bare], vec![bare]].iter().zip(values) {
            let stack = builder.stack(stack);
            let labels = builder.label_set(&[]);
            builder.sample(stack, labels, values);
        }
        builder.header_mut().period = 512;
        builder.build().expect("it is consistent")
    }

    #[test]
    fn heap_profiles_are_printed_as_go_does() {
        let profile = profile(&["a", "b", "c", "d"], [&[3, 300, 2, 200], &[1, 100, 1, 100]]);
        let mut text = Vec::new();
        write_heap(&profile, &Entries::from([(0x2000, 0x1ff0)]), &mut text).expect("a vector takes all bytes");
        let text = String::from_utf8(text).expect("it is text");
        let expected = "\
heap profile: 3: 300 [4: 400] @ heap/1024
1: 100 [1: 100] @ 0x3100
#\t0x30ff\t/bin/app+0x21ff

2: 200 [3: 300] @ 0x2001 0x3100
#\t0x2000\tapp::leak+0x10\tleak.rs:7
#\t0x30ff\t/bin/app+0x21ff

";
        assert_eq!(text.split("\n# Process").next(), Some(expected));
    }

    #[test]
    fn counts_are_printed_as_go_does() {
        let profile = profile(&["a"], [&[3], &[4]]);
        let mut text = Vec::new();
        write_counts(&profile, &Entries::new(), "app/connections", &mut text).expect("a vector takes all bytes");
        let expected = "\
app/connections profile: total 7
4 @ 0x3100
#\t0x30ff\t/bin/app+0x21ff

3 @ 0x2001 0x3100
#\t0x2000\tapp::leak\tleak.rs:7
#\t0x30ff\t/bin/app+0x21ff

";
        assert_eq!(String::from_utf8(text).as_deref(), Ok(expected));
    }

    #[test]
    fn cells_stand_in_line_as_in_go() {
        let row = |cells: &str| cells.split('|').map(str::to_owned).collect::<Vec<_>>();
        let rows = [
            row("#|0x4eb4a8|main.drop+0x88|example.com/texts/main.go:32"),
            row("#|0x44ada6|runtime.main+0x426|runtime/proc.go:302"),
            row("#|0x1"),
            row(&format!("#|0x2|{}|a.rs:1", "T".repeat(100))),
            row("#|0x44ada6|runtime.mains+0x426|runtime/proc.go:302"),
        ];
        let mut text = String::new();
        push_aligned(&mut text, &rows);
        let expected = "\
#\t0x4eb4a8\tmain.drop+0x88\t\texample.com/texts/main.go:32
#\t0x44ada6\truntime.main+0x426\truntime/proc.go:302
#\t0x1
#\t0x2\t\tTTTT\ta.rs:1
#\t0x44ada6\truntime.mains+0x426\truntime/proc.go:302
";
        assert_eq!(text.replace(&"T".repeat(100), "TTTT"), expected);
    }
}
