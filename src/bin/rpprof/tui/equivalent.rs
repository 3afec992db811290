//! The command that prints what the browser shows.

use rpprof::aggregate::{Averaging, Inlines, Root};
use rpprof::report::Status;

use super::scope::{Sides, quoted, quoted_files};
use super::shares::Shares;
use super::state::{Order, State, View};
use super::{label_detail, sandwich};

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
    let name = || quoted(&shown_functions(state));
    let base = state.subject.base.as_ref().map(|base| quoted_files(&base.files));
    let new = quoted_files(&state.subject.files);
    let files = match (scope.sides, base) {
        (Sides::Both, Some(old)) => return compare_line(state, sample_type, [&old, &new]),
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
        View::Butterfly => (vec!["peek".to_owned(), center(state)], true),
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
    words.extend(inlines_flag(state));
    let has_rows = matches!(state.view, View::Top | View::Timeline | View::Tree | View::Flame);
    if has_rows {
        words.extend(least_flag(state));
    }
    if state.view == View::Top && scope.averaging == Averaging::Mean {
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

/// Returns what matches the frame between callers and callees, which may be of another granularity than what was selected.
fn center(state: &State) -> String {
    quoted(&state.own_expression_of(sandwich::middle(state).unwrap_or(&state.selected)))
}

/// Returns what matches the functions whose source, or machine code, is shown: of a file or a binary those within it.
fn shown_functions(state: &State) -> String {
    let functions = state.functions_of(&state.selected);
    let within = match state.view {
        View::Disassembly => state.instructions.as_ref().map(|(asked, code)| (asked, &code.within)),
        _ => state.source.as_ref().map(|(asked, source)| (asked, &source.within)),
    };
    within.filter(|(asked, _)| **asked == functions).map_or(functions, |(_, within)| within.functions.clone())
}

/// Returns the flag by which lines count for those that call them, if they do in the browser.
fn inlines_flag(state: &State) -> Option<String> {
    let is_outermost = state.view == View::Source && state.scope.inlines == Inlines::Outermost;
    is_outermost.then(|| "--no-inlines".to_owned())
}

/// Returns the command that prints a comparison; what commands print of one profile only is printed of both.
fn compare_line(state: &State, sample_type: &str, files: [&str; 2]) -> String {
    let scope = &state.scope;
    let mut flags = flags_of(state, sample_type);
    let name = quoted(&shown_functions(state));
    let words = match state.view {
        View::Top if state.order == Order::Cum => "diff --cum",
        View::Top | View::LabelTop | View::Timeline => "diff",
        View::Flame | View::Tree if state.root == Root::Leaves => "diff --flame --reverse -o diff.svg",
        View::Flame | View::Tree => "diff --flame -o diff.svg",
        View::Butterfly => {
            flags.extend(scope.frame_flags());
            return each(state, &format!("peek {}", center(state)), &flags, files);
        }
        View::Source => {
            flags.extend(inlines_flag(state));
            return each(state, &format!("list {name}"), &flags, files);
        }
        View::Disassembly => return each(state, &format!("disasm {name}"), &flags, files),
        View::Labels => return each(state, "tags", &flags, files),
        View::Info => {
            let flags: String = reading_flags(state).iter().map(|flag| format!(" {flag}")).collect();
            return files.map(|files| format!("rpprof info{flags} {files}")).join("; ");
        }
    };
    flags.extend(scope.frame_flags());
    let is_flame = matches!(state.view, View::Flame | View::Tree);
    if scope.least > 0 {
        flags.push(format!("--min-share {}", scope.min_share()));
    } else if !is_flame {
        flags.push("--all --min-share 0".to_owned());
    }
    let (merges, [old, new]) = merged(state, files);
    format!("{merges}rpprof {words} {} {old} {new}", flags.join(" "))
}

/// Returns what merges the files of each side, as the browser does, and what the sides are then: to `diff` several files are
/// runs, of which it takes means.
fn merged(state: &State, [old, new]: [&str; 2]) -> (String, [String; 2]) {
    let limit = state.subject.reading.names.iter().find(|flag| flag.starts_with("--max-inflated"));
    let limit = limit.map(|flag| format!("{flag} ")).unwrap_or_default();
    let merge = |files: &str| format!("rpprof merge {limit}{files}");
    let has_many = [state.subject.base.as_ref().map_or(1, |base| base.files.len()), state.subject.files.len()];
    match has_many.map(|count| count > 1) {
        [false, false] => (String::new(), [old.to_owned(), new.to_owned()]),
        [true, false] => (format!("{} | ", merge(old)), ["-".to_owned(), new.to_owned()]),
        [false, true] => (format!("{} | ", merge(new)), [old.to_owned(), "-".to_owned()]),
        // There is one standard input.
        [true, true] => (String::new(), [old, new].map(|files| format!("<({})", merge(files)))),
    }
}

/// Returns a command for each side that has something of what is shown; old values are made comparable as in the view.
fn each(state: &State, words: &str, flags: &[String], [old, new]: [&str; 2]) -> String {
    let flags: String =
        flags.iter().filter(|flag| !flag.starts_with("--normalize")).map(|flag| format!(" {flag}")).collect();
    let factor = state.table.as_ref().and_then(|table| Some(table.compared.as_ref()?.factor)).unwrap_or(1.0);
    let divided = if factor == 1.0 { String::new() } else { format!(" --divide-by {}", 1.0 / factor) };
    let of_old = format!("rpprof {words}{flags}{divided} {old}");
    let of_new = format!("rpprof {words}{flags} {new}");
    match status(state) {
        Some(Status::New) => of_new,
        Some(Status::Removed) => of_old,
        _ => format!("{of_old}; {of_new}"),
    }
}

/// Returns what became of what the view is about; `None` if that is not known.
fn status(state: &State) -> Option<Status> {
    let table = state.table.as_ref()?;
    let compared = table.compared.as_ref()?;
    if state.view == View::Labels {
        return Some(compared.shown.status);
    }
    let name = sandwich::middle(state).unwrap_or(&state.selected);
    let row = table.rows.iter().position(|row| table.names.name(row.frame) == name)?;
    Some(compared.rows[row][1].status)
}
