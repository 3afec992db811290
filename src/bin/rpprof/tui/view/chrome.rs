//! What is around a view: the title, the tabs, the filters, the line about what is selected, the keys.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::answer::Compared;
use super::super::delta::Delta;
use super::super::find::matching_lines;
use super::super::key::Action;
use super::super::prompt::{Prompt, PromptKind, fitting};
use super::super::sandwich::CallsForm;
use super::super::scope::Sides;
use super::super::search::How;
use super::super::state::{State, View};
use super::super::timeline_cursor::TimeForm;
use super::about::about;
use super::info::marked;
use super::shortened::filled;
use super::{chips, is_compact, percent, put, put_named};

/// How many commands that fit are shown above the line of commands.
const FITTING_ROWS: usize = 8;

/// What files can be written.
const EXPORTED: &str = ".svg .html .folded .json .speedscope.json .pb.gz";
const EXPORTED_OF_TWO: &str = ".svg .html .json .speedscope.json";

/// Draws the title, the tabs and the filters.
pub(super) fn above(state: &State, buffer: &mut Buffer) {
    let width = usize::from(state.size.0);
    let line = Rect::new(0, 0, state.size.0, 1);
    let (kind, unit) = state.subject.types.get(state.scope.sample_type).cloned().unwrap_or_default();
    let count = state.subject.types.len();
    let mut right = format!("{kind}/{unit} {}/{count}", state.scope.sample_type + 1);
    if let Some(compared) = state.table.as_ref().and_then(|table| table.compared.as_ref()) {
        let Compared { total, shown, .. } = compared;
        let (old, new) = (state.label(shown.old), state.label(shown.new));
        let arrow = if state.theme.is_ascii { "->" } else { "→" };
        right = format!("{right} · {old} {arrow} {new} {}", shown.percent());
        if shown.new != total.new || shown.old != total.old {
            right = format!("{right} of {}", total.percent());
        }
    } else if let Some(totals) = state.totals() {
        let means = state.table.as_ref().and_then(|table| table.means).filter(|_| state.view == View::Top);
        let (shown, total) = means.unwrap_or((totals.shown, totals.total));
        let (shown, total) = (state.label(shown), state.label(total));
        right = if totals.shown == totals.total {
            format!("{right} · {shown}")
        } else {
            format!("{right} · {shown} of {total} ({})", percent(state, totals.shown))
        };
    }
    if !state.subject.duration.is_empty() && width >= 100 {
        right = format!("{right} · in {}", state.subject.duration);
    }
    let right = if state.theme.is_ascii { right.replace('·', "|") } else { right };
    let room = width.saturating_sub(right.width() + 1);
    put(buffer, line, 0, &title(state, room), state.theme.strong());
    let start = width.saturating_sub(right.width() + 1);
    let area = Rect::new(start as u16, 0, state.size.0 - start as u16, 1); // No more than the width.
    put(buffer, area, 0, &format!(" {right}"), Style::new());
    let shown = shown(state);
    for (view, start, text) in tabs(state) {
        let area = Rect::new(start, 1, state.size.0.saturating_sub(start), 1);
        let style = if view == shown { state.theme.selected() } else { state.theme.faint() };
        put(buffer, area, 0, &text, style);
    }
    chips::draw(state, buffer);
}

/// Returns the program's name and the files; these without their folders, and as many as there is place for, if it is little.
fn title(state: &State, room: usize) -> String {
    let base = state.subject.base.as_ref();
    let arrow = if state.theme.is_ascii { "->" } else { "→" };
    let files = |name: fn(&PathBuf) -> String| {
        let list = |files: &[PathBuf]| files.iter().map(name).collect::<Vec<_>>().join(" ");
        match base {
            Some(base) if state.scope.sides == Sides::Old => format!("rpprof {}", list(&base.files)),
            Some(base) if state.scope.is_diff() => {
                format!("rpprof {} {arrow} {}", list(&base.files), list(&state.subject.files))
            }
            _ => format!("rpprof {}", list(&state.subject.files)),
        }
    };
    let whole = files(|file| file.display().to_string());
    if whole.width() <= room {
        return whole;
    }
    let names = files(|file| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned());
    marked(&names, room, state.theme.is_ascii)
}

/// Returns the view that the screen is named by: of two panes that of the list.
fn shown(state: &State) -> View {
    if state.detail_beside().is_some() { state.list_view() } else { state.view }
}

/// Returns the tabs with where they begin.
fn tabs(state: &State) -> Vec<(View, u16, String)> {
    let (is_narrow, shown) = (state.size.0 < 79, shown(state));
    let mut start = 0;
    (1..)
        .zip(View::ALL)
        .map(|(number, view)| {
            let text =
                if is_narrow && view != shown { format!(" {number} ") } else { format!(" {number} {} ", view.name()) };
            let tab = (view, start, text);
            start += tab.2.width() as u16; // Names are short.
            tab
        })
        .collect()
}

/// Returns the view whose tab is at a place.
pub(in super::super) fn tab_at(state: &State, column: u16, row: u16) -> Option<View> {
    if is_compact(state) || row != 1 {
        return None;
    }
    let found = tabs(state)
        .into_iter()
        .find(|(_, start, text)| column >= *start && usize::from(column) < usize::from(*start) + text.width());
    found.map(|(view, _, _)| view)
}

/// Draws the line about what is selected, and the keys or what is typed.
pub(super) fn below(state: &State, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let last = Rect::new(0, height - 1, width, 1);
    if !is_compact(state) {
        let below = if state.hides_hints { 1 } else { 2 };
        let area = Rect::new(0, height - below, width, 1);
        let (before, name) = about(state);
        let name = filled(&name, usize::from(width).saturating_sub(before.width()));
        put(buffer, area, 0, &format!("{before}{name}"), state.theme.strong());
    }
    let is_told = state.prompt.is_some() || state.message.is_some() || state.is_busy_here() || state.search.is_some();
    if state.hides_hints && !is_compact(state) && !is_told && state.prefix.is_empty() {
        return;
    }
    if state.hides_hints {
        put(buffer, last, 0, &" ".repeat(usize::from(width)), Style::reset());
    }
    buffer.set_style(last, Style::reset());
    if let Some(prompt) = &state.prompt {
        return draw_prompt(state, prompt, buffer);
    }
    if let Some(message) = &state.message {
        let style = if message.is_fault { state.theme.fault() } else { Style::new() };
        return put(buffer, last, 0, &message.text.replace('\n', " "), style);
    }
    let line = match () {
        () if state.is_busy_here() => state.keyed("computing ...  <back> cancels"),
        () if !state.prefix.is_empty() => format!("{} ...", state.prefix),
        () if state.search.is_some() => search_text(state),
        () if is_compact(state) => {
            let (before, name) = about(state);
            return put_named(buffer, last, 0, &before, &name, state.theme.faint());
        }
        () => hints(state),
    };
    put(buffer, last, 0, &line, state.theme.faint());
}

fn draw_prompt(state: &State, prompt: &Prompt, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let last = Rect::new(0, height - 1, width, 1);
    let mut line = format!("{}{}_", prompt.sign(), prompt.text);
    let mut fault_at = None;
    if prompt.kind == PromptKind::Search {
        if state.search.is_some() {
            line.push_str("   ");
            let is_fault = state.search.as_ref().is_some_and(|search| search.fault.is_some());
            let found = found_text(state);
            fault_at = is_fault.then(|| (line.width(), found.width()));
            line.push_str(&found);
        }
        let how = state.how.text();
        let room = usize::from(width).saturating_sub(line.width() + 3);
        if how.width() <= room {
            line = format!("{line:<0$}   {how}", usize::from(width) - how.width() - 3);
        } else if state.how != How::default() {
            line = format!("{line}   {how}");
        }
    }
    if let Some(fault) = prompt.fault() {
        line.push_str("   ");
        let told = format!("no query yet: {fault}");
        fault_at = Some((line.width(), told.width()));
        line.push_str(&told);
    }
    if prompt.kind == PromptKind::Export {
        let forms = if state.scope.is_diff() { EXPORTED_OF_TWO } else { EXPORTED };
        line = format!("{line}   {forms}");
    }
    put(buffer, last, 0, &format!("{line:<0$}", usize::from(width)), Style::new());
    if let Some((start, length)) = fault_at {
        super::paint(buffer, last, 0, start, length, state.theme.fault());
    }
    let fitting = fitting(state);
    let (first, rows) = commands_seen(state, prompt, fitting.len());
    for (index, binding) in fitting.iter().enumerate().skip(first).take(rows) {
        let row = height - 1 - rows as u16 + (index - first) as u16; // No more than the height.
        let area = Rect::new(0, row, width, 1);
        let text = format!(" {:<16} {}", binding.keys_text(), binding.text);
        let style = if prompt.chosen == Some(index) { state.theme.selected() } else { Style::new() };
        buffer.set_style(area, Style::reset());
        put(buffer, area, 0, &format!("{text:<0$}", usize::from(width)), style);
    }
}

/// Returns which command is seen first above the line of commands, and how many are.
fn commands_seen(state: &State, prompt: &Prompt, count: usize) -> (usize, usize) {
    let rows = FITTING_ROWS.min(count).min(usize::from(state.size.1).saturating_sub(2));
    ((prompt.chosen.unwrap_or(0) + 1).saturating_sub(rows), rows)
}

/// Returns the command that is seen in a row of the screen, by its place among those that fit.
pub(in super::super) fn command_at(state: &State, row: u16) -> Option<usize> {
    let count = fitting(state).len();
    let (first, rows) = commands_seen(state, state.prompt.as_ref()?, count);
    let top = usize::from(state.size.1.saturating_sub(1)).checked_sub(rows)?;
    let line = usize::from(row).checked_sub(top)?;
    (line < rows).then_some(first + line)
}

/// Tells what was found, with the keys that go there.
fn search_text(state: &State) -> String {
    let Some(search) = &state.search else { return String::new() };
    let found = found_text(state);
    if search.fault.is_some() || search.matches.is_none() {
        return found;
    }
    if matches!(state.view, View::Source | View::Disassembly) {
        return format!("/{}: {found}; {}", search.text, state.keyed("<next-match> next"));
    }
    let keys = state.keyed("<next-match> next, <focus-matches> keeps them");
    format!("/{}: {found}; {keys}", search.text)
}

/// Tells what was found.
fn found_text(state: &State) -> String {
    let Some(search) = &state.search else { return String::new() };
    match (&search.fault, &search.matches) {
        (Some(fault), _) => {
            let reason = fault.rsplit_once("regular expression: ").map_or(fault.as_str(), |(_, reason)| reason);
            format!("no expression yet: {reason}")
        }
        (None, Some(_)) if matches!(state.view, View::Source | View::Disassembly) => {
            let count = matching_lines(state, state.view).iter().filter(|&&is_match| is_match).count();
            format!("{count} {}", if count == 1 { "line" } else { "lines" })
        }
        (None, Some(matches)) => {
            let found = if state.scope.is_diff() {
                let delta = Delta::of(matches.old_weight, matches.weight);
                format!("{} to {} ({})", state.label(delta.old), state.label(delta.new), delta.percent())
            } else {
                format!("{} ({})", state.label(matches.weight), percent(state, matches.weight))
            };
            format!("{} found, {found}", matches.count)
        }
        (None, None) => "searching ...".to_owned(),
    }
}

/// Names the keys that one wants most in a view.
fn hints(state: &State) -> String {
    let actions: &[(Action, &str)] = match state.view {
        View::Top => &[
            (Action::Open, "calls"),
            (Action::Focus, "focus"),
            (Action::Ignore, "ignore"),
            (Action::Hide, "hide"),
            (Action::Search, "search"),
            (Action::Order, "sort"),
            (Action::Palette, "commands"),
        ],
        View::Flame => &[
            (Action::Open, "zoom"),
            (Action::Back, "back"),
            (Action::HotPath, "hot path"),
            (Action::Invert, "invert"),
            (Action::Focus, "focus"),
            (Action::Search, "search"),
        ],
        View::Tree => &[
            (Action::Open, "unfold"),
            (Action::HotPath, "hot path"),
            (Action::Invert, "bottom-up"),
            (Action::Focus, "focus"),
            (Action::Search, "search"),
        ],
        View::Butterfly => &[
            (Action::Open, "go there"),
            (Action::Flip, if state.sandwich.form == CallsForm::Lists { "icicles" } else { "lists" }),
            (Action::Focus, "focus"),
            (Action::Show(View::Source), "source"),
            (Action::Search, "search"),
        ],
        View::LabelTop => &[
            (Action::Open, "calls"),
            (Action::Focus, "focus"),
            (Action::Ignore, "ignore"),
            (Action::Show(View::Source), "source"),
            (Action::Search, "search"),
        ],
        View::Disassembly => &[
            (Action::HotPath, "next hot line"),
            (Action::Search, "search"),
            (Action::Show(View::Source), "source"),
            (Action::Go(View::Top), "table"),
        ],
        View::Source => &[
            (Action::HotPath, "next hot line"),
            (Action::Search, "search"),
            (Action::Edit, "edit"),
            (Action::Go(View::Top), "table"),
        ],
        View::Labels => &[
            (Action::Open, "keep"),
            (Action::Drop, "drop"),
            (Action::Mark, "range"),
            (Action::Right, "all values"),
            (Action::Label, "query"),
            (Action::Undo, "undo"),
        ],
        View::Timeline if state.timeline.is_none() => &[(Action::Go(View::Top), "table")],
        View::Timeline => &[
            (Action::Mark, "range"),
            (Action::Open, "keep it"),
            (Action::ZoomTime, "zoom"),
            (Action::Flip, if state.timeline_cursor.form == TimeForm::Rows { "heat map" } else { "functions" }),
            (Action::Drop, "drop it"),
            (Action::NextPart, "next key"),
            (Action::Undo, "undo"),
        ],
        View::Info => {
            &[(Action::Go(View::Top), "table"), (Action::Go(View::Flame), "flame"), (Action::Go(View::Tree), "tree")]
        }
    };
    let panes: &[(Action, &str)] = match (state.detail_beside(), state.panes.list) {
        (None, None) => &[],
        (Some(_), None) => &[(Action::Pane, "detail")],
        // There it makes the pane wide, or small again.
        (_, Some(_)) => &[(Action::Pane, "list"), (Action::Export, "expand")],
    };
    let hint =
        |(action, word): &(Action, &str)| state.settings.key_of(*action, state.view).map(|key| format!("{key} {word}"));
    let is_outermost = state.opened_from.is_empty() && state.panes.list.is_none();
    let leave = hint(&(Action::Leave, if is_outermost { "quit" } else { "back" }));
    let last = leave.or_else(|| hint(&(Action::Quit, "quit"))).unwrap_or_default();
    let mut room = usize::from(state.size.0).saturating_sub(last.width());
    // What has no place whole is left out.
    let mut fits = |hint: &String| {
        let has_place = hint.width() + 2 <= room;
        room = if has_place { room - hint.width() - 2 } else { 0 };
        has_place
    };
    let first = [(Action::Help, "help")];
    let mut hints: Vec<String> =
        first.iter().chain(panes).chain(actions).filter_map(hint).filter(|hint| fits(hint)).collect();
    hints.push(last);
    hints.join("  ")
}
