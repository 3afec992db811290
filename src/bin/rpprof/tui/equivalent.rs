//! The command that prints what the browser shows.

use rpprof::aggregate::{Averaging, Root};

use super::label_detail;
use super::scope::{Sides, quoted, quoted_files};
use super::shares::Shares;
use super::state::{Order, State, View};

/// Returns the command that prints what is looked at.
pub(super) fn command_line(state: &State) -> String {
    if state.view == View::LabelTop {
        // The functions of a label are the table of its samples.
        let mut table = state.clone();
        (table.view, table.order) = (View::Top, Order::Flat);
        if let Some(detail) = &state.label_detail {
            table.scope = label_detail::scope_of(state, &detail.query);
        }
        return command_line(&table);
    }
    let sample_type = state.subject.types.get(state.scope.sample_type).map_or("", |(name, _)| name.as_str());
    let scope = &state.scope;
    let name = || quoted(&state.functions_of(&state.selected));
    let base = state.subject.base.as_ref().map(|base| quoted_files(&base.files));
    let new = quoted_files(&state.subject.files);
    let files = match (scope.sides, base) {
        (Sides::Both, Some(old)) => return compare_line(state, sample_type, &old, &new),
        (Sides::Old, Some(old)) => old,
        _ => new,
    };
    let (mut words, has_frames) = match state.view {
        View::Top if state.order == Order::Cum => (vec!["top --cum".to_owned()], true),
        View::Top | View::LabelTop | View::Timeline => (vec!["top".to_owned()], true),
        View::Disassembly => (vec!["disasm".to_owned(), name()], false),
        View::Flame if state.root == Root::Leaves => (vec!["flame --reverse -o flame.svg".to_owned()], true),
        View::Flame => (vec!["flame -o flame.svg".to_owned()], true),
        View::Tree if state.root == Root::Leaves => (vec!["calls --bottom-up".to_owned()], true),
        View::Tree => (vec!["calls".to_owned()], true),
        View::Butterfly => (vec!["peek".to_owned(), name()], true),
        View::Source => (vec!["list".to_owned(), name()], false),
        View::Labels => (vec!["tags".to_owned()], false),
        View::Info => {
            let flags: String = reading_flags(state).iter().map(|flag| format!("{flag} ")).collect();
            return format!("rpprof info {flags}{files}");
        }
    };
    words.extend(flags_of(state, sample_type));
    if has_frames {
        words.extend(scope.frame_flags());
    }
    let has_rows = matches!(state.view, View::Top | View::Timeline | View::Tree | View::Flame);
    if has_rows {
        words.extend(least_flag(state));
    }
    if matches!(state.view, View::Top | View::Timeline) && scope.averaging == Averaging::Mean {
        words.push("--mean".to_owned());
    }
    format!("rpprof {} {files}", words.join(" "))
}

/// Returns the flags that make a command look at the same samples and values.
fn flags_of(state: &State, sample_type: &str) -> Vec<String> {
    let mut flags = state.scope.flags(sample_type);
    if state.shares == Shares::OfShown && !state.scope.is_diff() {
        flags.push("--relative".to_owned());
    }
    if !state.subject.grouped_by.is_empty() {
        flags.push(format!("--group-by {}", quoted(&state.subject.grouped_by.join(","))));
    }
    flags.extend(reading_flags(state));
    flags
}

/// Returns the flags that make a command read the same profiles, and find the same names and sources.
fn reading_flags(state: &State) -> Vec<String> {
    let reading = &state.subject.reading;
    let has_source = matches!(state.view, View::Source | View::Disassembly);
    let sources = reading.sources.iter().filter(|_| has_source);
    reading.names.iter().chain(sources).cloned().collect()
}

/// Returns the flag that leaves out as much as the browser does; the drawing's own limit is what can be seen.
fn least_flag(state: &State) -> Option<String> {
    let is_set = state.scope.least > 0 || state.view != View::Flame;
    is_set.then(|| format!("--min-share {}", state.scope.min_share()))
}

/// Returns the command that prints a comparison; what commands print of one profile only is printed of both.
fn compare_line(state: &State, sample_type: &str, old: &str, new: &str) -> String {
    let scope = &state.scope;
    let mut flags = flags_of(state, sample_type);
    let each = |words: &str, flags: &[String]| {
        let flags: String =
            flags.iter().filter(|flag| !flag.starts_with("--normalize")).map(|flag| format!(" {flag}")).collect();
        format!("rpprof {words}{flags} {old}; rpprof {words}{flags} {new}")
    };
    let name = quoted(&state.functions_of(&state.selected));
    let words = match state.view {
        View::Top if state.order == Order::Cum => "diff --cum",
        View::Top | View::LabelTop | View::Timeline => "diff",
        View::Flame | View::Tree if state.root == Root::Leaves => "diff --flame --reverse -o diff.svg",
        View::Flame | View::Tree => "diff --flame -o diff.svg",
        View::Butterfly => return each(&format!("peek {name}"), &flags),
        View::Source => return each(&format!("list {name}"), &flags),
        View::Disassembly => return each(&format!("disasm {name}"), &flags),
        View::Labels => return each("tags", &flags),
        View::Info => return each("info", &reading_flags(state)),
    };
    flags.extend(scope.frame_flags());
    let is_flame = matches!(state.view, View::Flame | View::Tree);
    if scope.least > 0 {
        flags.push(format!("--min-share {}", scope.min_share()));
    } else if !is_flame {
        flags.push("--all --min-share 0".to_owned());
    }
    format!("rpprof {words} {} {old} {new}", flags.join(" "))
}
