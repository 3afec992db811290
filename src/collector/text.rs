//! Profiles as the text that Go prints for `debug=1`: addresses, and comments for people.
//!
//! `pprof` reads it as well. Where Go prints the samples themselves and leaves it to the reader to scale them, this
//! prints estimates; the header says so by the rate of 1 (Go doubles it, and so it is 2), at which nothing is scaled.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;

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

/// Writes a heap profile, which has Go's four columns.
pub(super) fn write_heap(profile: &Profile, writer: impl Write) -> Result<()> {
    let mut samples: Vec<Sample<'_>> = profile.samples().iter().collect();
    samples.sort_by_key(|sample| sample.values[3]);
    let column = |index: usize| samples.iter().map(|sample| sample.values[index]).sum::<i64>();
    let (in_use, allocated) = (column(3), column(1));
    // Equal sums make pprof believe that there are two columns and not four.
    let allocated = if in_use == allocated { allocated + 1 } else { allocated };
    let mut text = String::new();
    push!(text, "heap profile: {}: {in_use} [{}: {allocated}] @ heap/2\n", column(2), column(0));
    for sample in &samples {
        let [alloc_objects, alloc_space, inuse_objects, inuse_space] = *sample.values else { continue };
        push!(text, "{inuse_objects}: {inuse_space} [{alloc_objects}: {alloc_space}] @");
        push_addresses(&mut text, profile, profile.stack(sample.stack));
        push_frames(&mut text, profile, profile.stack(sample.stack));
    }
    push!(text, "\n# Sampled at {} bytes; the numbers above are estimates.\n", profile.header().period);
    push_process(&mut text);
    written(&text, writer)
}

/// Writes a profile of counts.
pub(super) fn write_counts(profile: &Profile, name: &str, writer: impl Write) -> Result<()> {
    let mut samples: Vec<Sample<'_>> = profile.samples().iter().collect();
    samples.sort_by_key(|sample| std::cmp::Reverse(sample.values[0]));
    let mut text = String::new();
    push!(text, "{name} profile: total {}\n", samples.iter().map(|sample| sample.values[0]).sum::<i64>());
    for sample in &samples {
        push!(text, "{} @", sample.values[0]);
        push_addresses(&mut text, profile, profile.stack(sample.stack));
        push_labels(&mut text, profile, sample.labels);
        push_frames(&mut text, profile, profile.stack(sample.stack));
    }
    written(&text, writer)
}

/// Appends the addresses of a stack, which are all of calls: readers want those where they return to.
fn push_addresses(text: &mut String, profile: &Profile, stack: &[LocationId]) {
    let locations = stack.iter().map(|id| profile.symbols().locations()[id.index()]);
    for location in locations.filter(|location| location.address != 0) {
        push!(text, " {:#x}", location.address + 1);
    }
    text.push('\n');
}

fn push_labels(text: &mut String, profile: &Profile, labels: LabelSetId) {
    let pair = |label: &Label| match label.value() {
        LabelValue::Text(value) => Some(format!("{:?}:{:?}", profile.str(label.key()), profile.str(value))),
        LabelValue::Number { .. } => None,
    };
    let pairs: Vec<String> = profile.labels(labels).iter().filter_map(pair).collect();
    if !pairs.is_empty() {
        push!(text, "# labels: {{{}}}\n", pairs.join(", "));
    }
}

/// Appends a comment for each location of a stack.
fn push_frames(text: &mut String, profile: &Profile, stack: &[LocationId]) {
    for &id in stack {
        push_location(text, profile, id);
    }
    text.push('\n');
}

fn push_location(text: &mut String, profile: &Profile, id: LocationId) {
    let symbols = profile.symbols();
    let location = symbols.locations()[id.index()];
    for line in symbols.lines_of(id) {
        let function = symbols.functions()[line.function.index()];
        push!(text, "#\t{:#x}\t{}", location.address, profile.str(function.name));
        match profile.str(function.filename) {
            "" => text.push('\n'),
            file => push!(text, "\t{file}:{}\n", line.line),
        }
    }
    if !symbols.lines_of(id).is_empty() {
        return;
    }
    match location.mapping.map(|mapping| &symbols.mappings()[mapping.index()]) {
        // What tools that look names up want to know: the file, and the address in it.
        Some(mapping) => {
            let offset = location.address - mapping.start_address + mapping.file_offset;
            push!(text, "#\t{:#x}\t{}+{offset:#x}\n", location.address, profile.str(mapping.file));
        }
        None => push!(text, "#\t{:#x}\n", location.address),
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
        write_heap(&profile, &mut text).expect("a vector takes all bytes");
        let text = String::from_utf8(text).expect("it is text");
        let expected = "\
heap profile: 3: 300 [4: 400] @ heap/2
1: 100 [1: 100] @ 0x3100
#\t0x30ff\t/bin/app+0x21ff

2: 200 [3: 300] @ 0x2001 0x3100
#\t0x2000\tapp::leak\tleak.rs:7
#\t0x30ff\t/bin/app+0x21ff


# Sampled at 512 bytes; the numbers above are estimates.
";
        assert_eq!(text.split("\n# Process").next(), Some(expected));
    }

    #[test]
    fn counts_are_printed_as_go_does() {
        let profile = profile(&["a"], [&[3], &[4]]);
        let mut text = Vec::new();
        write_counts(&profile, "app/connections", &mut text).expect("a vector takes all bytes");
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
}
