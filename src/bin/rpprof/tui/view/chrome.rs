//! What is around a view: the title, the tabs, the filters, the line about what is selected, the keys.

use std::path::PathBuf;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::answer::Compared;
use super::super::delta::Delta;
use super::super::key::Action;
use super::super::layout::BoxOf;
use super::super::prompt::{Prompt, PromptKind, fitting};
use super::super::state::{State, View};
use super::super::timeline_cursor;
use super::super::tree::TOP;
use super::{chips, is_compact, percent, put};

/// How many commands that fit are shown above the line of commands.
const FITTING_ROWS: usize = 8;

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
    } else if let Some(table) = &state.table {
        let (shown, total) = table.means.filter(|_| state.view == View::Top).unwrap_or((table.shown, table.total));
        let (shown, total) = (state.label(shown), state.label(total));
        right = if table.shown == table.total {
            format!("{right} · {shown}")
        } else {
            format!("{right} · {shown} of {total} ({})", percent(state, table.shown))
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
    for (view, start, text) in tabs(state) {
        let area = Rect::new(start, 1, state.size.0.saturating_sub(start), 1);
        let style = if view == state.view { state.theme.selected() } else { state.theme.faint() };
        put(buffer, area, 0, &text, style);
    }
    chips::draw(state, buffer);
}

/// Returns the program's name and the files; these without their folders if there is no place for them.
fn title(state: &State, room: usize) -> String {
    let base = state.subject.base.as_ref().filter(|_| state.scope.is_diff());
    let arrow = if state.theme.is_ascii { "->" } else { "→" };
    let files = |name: fn(&PathBuf) -> String| {
        let list = |files: &[PathBuf]| files.iter().map(name).collect::<Vec<_>>().join(" ");
        match base {
            Some(base) => format!("rpprof {} {arrow} {}", list(&base.files), list(&state.subject.files)),
            None => format!("rpprof {}", list(&state.subject.files)),
        }
    };
    let whole = files(|file| file.display().to_string());
    if whole.width() <= room {
        return whole;
    }
    files(|file| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned())
}

/// Returns the tabs with where they begin.
fn tabs(state: &State) -> Vec<(View, u16, String)> {
    let is_narrow = state.size.0 < 79;
    let mut start = 0;
    (1..)
        .zip(View::ALL)
        .map(|(number, view)| {
            let text = if is_narrow && view != state.view {
                format!(" {number} ")
            } else {
                format!(" {number} {} ", view.name())
            };
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
        let area = Rect::new(0, height - 2, width, 1);
        put(buffer, area, 0, &about_selected(state), state.theme.strong());
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
        () if state.is_busy() => "computing ...  esc cancels".to_owned(),
        () if !state.prefix.is_empty() => format!("{} ...", state.prefix),
        () if state.search.is_some() => search_text(state),
        () if is_compact(state) => about_selected(state),
        () => hints(state),
    };
    put(buffer, last, 0, &line, state.theme.faint());
}

fn draw_prompt(state: &State, prompt: &Prompt, buffer: &mut Buffer) {
    let (width, height) = state.size;
    let last = Rect::new(0, height - 1, width, 1);
    let mut line = format!("{}{}_", prompt.sign(), prompt.text);
    if prompt.kind == PromptKind::Search && state.search.is_some() {
        line = format!("{line}   {}", search_text(state));
    }
    put(buffer, last, 0, &format!("{line:<0$}", usize::from(width)), Style::new());
    if prompt.kind != PromptKind::Command {
        return;
    }
    let fitting = fitting(state);
    let chosen = prompt.chosen.unwrap_or(0);
    let rows = FITTING_ROWS.min(fitting.len()).min(usize::from(height).saturating_sub(2));
    let first = (chosen + 1).saturating_sub(rows);
    for (index, binding) in fitting.iter().enumerate().skip(first).take(rows) {
        let row = height - 1 - rows as u16 + (index - first) as u16; // No more than the height.
        let area = Rect::new(0, row, width, 1);
        let text = format!(" {:<16} {}", binding.keys_text(), binding.text);
        let style = if prompt.chosen == Some(index) { state.theme.selected() } else { Style::new() };
        buffer.set_style(area, Style::reset());
        put(buffer, area, 0, &format!("{text:<0$}", usize::from(width)), style);
    }
}

fn search_text(state: &State) -> String {
    let Some(search) = &state.search else { return String::new() };
    match (&search.fault, &search.matches) {
        (Some(_), _) => "not a regular expression yet".to_owned(),
        (None, Some(matches)) => {
            let found = if state.scope.is_diff() {
                let delta = Delta::of(matches.old_weight, matches.weight);
                format!("{} to {} ({})", state.label(delta.old), state.label(delta.new), delta.percent())
            } else {
                format!("{} ({})", state.label(matches.weight), percent(state, matches.weight))
            };
            format!("/{}: {} found, {found}; n next, & keeps them", search.text, matches.count)
        }
        (None, None) => "searching ...".to_owned(),
    }
}

/// Tells the name and the values of what is at the cursor.
fn about_selected(state: &State) -> String {
    let values = |own: i64, total: i64| {
        let (own_share, share) = (percent(state, own), percent(state, total));
        format!("self {} ({own_share}) total {} ({share})", state.label(own), state.label(total))
    };
    let change = |delta: &Delta, name: &str| {
        let (old, new) = (state.label(delta.old), state.label(delta.new));
        let (difference, percent) = (state.signed(delta.difference()), delta.percent());
        let chance = if delta.is_chance { ", may be chance" } else { "" };
        format!("old {old} new {new} {difference} ({percent}{chance})  {name}")
    };
    match state.view {
        View::Top if state.table_delta(state.place_in(View::Top).row).is_some() => {
            let delta = state.table_delta(state.place_in(View::Top).row);
            delta.map_or(String::new(), |delta| change(delta, &state.current().unwrap_or_default()))
        }
        View::Top => {
            let Some(row) = state.table_row(state.place_in(View::Top).row) else { return String::new() };
            let (own_share, share) = (percent(state, row.flat_sum), percent(state, row.cum_sum));
            let (own, total) = (state.label(row.flat), state.label(row.cum));
            format!("self {own} ({own_share}) total {total} ({share})  {}", state.current().unwrap_or_default())
        }
        View::Tree | View::Flame => {
            let Some(tree) = &state.tree else { return String::new() };
            let node = match state.view {
                View::Tree => state.tree_rows.get(state.place_in(View::Tree).row).copied(),
                _ => match state.flame_box {
                    BoxOf::Node(node) => Some(node),
                    BoxOf::Rest { parent, count, .. } => {
                        return format!("{count} narrow calls of {}; enter shows them", tree.name(parent));
                    }
                },
            };
            let Some(node) = node else { return String::new() };
            if let Some(delta) = tree.delta(node) {
                return change(delta, tree.name(node));
            }
            let (own, total) = (tree.node(node).own, tree.node(node).total);
            let zoomed = tree.node(state.zoom.node).total;
            let of_zoom = if state.view == View::Flame && state.zoom.node != TOP {
                format!(" of zoom {}", rpprof::report::percent(total, zoomed).trim())
            } else {
                String::new()
            };
            format!("{}{of_zoom}  {}", values(own, total), tree.name(node))
        }
        View::Timeline => timeline_cursor::about(state).unwrap_or_default(),
        _ => state.current().unwrap_or_default(),
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
            (Action::Focus, "focus"),
            (Action::Go(View::Source), "source"),
            (Action::Search, "search"),
        ],
        View::Disassembly => &[(Action::Go(View::Source), "source"), (Action::Go(View::Top), "table")],
        View::Source => &[(Action::Edit, "edit"), (Action::Go(View::Top), "table")],
        View::Labels => &[
            (Action::Open, "keep"),
            (Action::Drop, "drop"),
            (Action::Mark, "range"),
            (Action::Right, "all values"),
            (Action::Label, "query"),
            (Action::Undo, "undo"),
        ],
        View::Timeline => &[
            (Action::Mark, "range"),
            (Action::Open, "keep it"),
            (Action::Drop, "drop it"),
            (Action::NextPart, "next key"),
            (Action::Undo, "undo"),
        ],
        View::Info => {
            &[(Action::Go(View::Top), "table"), (Action::Go(View::Flame), "flame"), (Action::Go(View::Tree), "tree")]
        }
    };
    let ends = [(Action::Help, "help")].iter().chain(actions).chain(&[(Action::Quit, "quit")]);
    let hints =
        ends.filter_map(|(action, word)| Some(format!("{} {word}", state.settings.key_of(*action, state.view)?)));
    hints.collect::<Vec<_>>().join("  ")
}
